/** Where a command writes, so that tests can read it. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

export const TERMINAL: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
};
