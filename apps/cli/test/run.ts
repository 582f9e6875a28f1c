import { main } from '../src/index.ts';

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs one command line in this process. */
export async function noinit(...words: readonly string[]): Promise<CommandResult> {
  let out = '';
  let error = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      error += text;
    },
  };
  const code = await main(words, terminal);
  return { code, out, error };
}
