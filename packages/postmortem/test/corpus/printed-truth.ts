/** Reads what a program of the corpus told of itself before it crashed: see firmware/console.h. */

/** A function on the stack when the program crashed. */
export interface ToldFrame {
  readonly function: string;
  /** The line of the call by which it was left, or of the crash. */
  readonly line: number;
  readonly values: readonly ToldValue[];
  readonly texts: readonly { readonly path: string; readonly text: string }[];
}

export interface ToldValue {
  readonly name: string;
  /** Absent where the variable need not be in memory. */
  readonly address?: number;
  /** Hex. */
  readonly bytes: string;
}

/** Innermost first. Functions tell their variables and then that they call; those on the stack do so once. */
export function parseToldFrames(output: string): readonly ToldFrame[] {
  const frames: ToldFrame[] = [];
  const pending = new Map<string, { values: ToldValue[]; texts: { path: string; text: string }[] }>();
  const pendingOf = (name: string) => {
    const found = pending.get(name) ?? { values: [], texts: [] };
    pending.set(name, found);
    return found;
  };
  for (const row of output.split('\n')) {
    const [kind, name = '', ...rest] = row.trimEnd().split(' ');
    if (kind === 'V') {
      const [variable = '', address = '-', bytes = ''] = rest;
      pendingOf(name).values.push({
        name: variable,
        ...(address === '-' ? {} : { address: Number.parseInt(address, 16) }),
        bytes,
      });
    }
    if (kind === 'D') pendingOf(name).texts.push({ path: rest[0] ?? '', text: rest.slice(1).join(' ') });
    if (kind === 'C') {
      frames.unshift({ function: name, line: Number.parseInt(rest[0] ?? '', 16), ...pendingOf(name) });
      pending.delete(name);
    }
  }
  return frames;
}
