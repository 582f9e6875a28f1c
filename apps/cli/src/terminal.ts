/** Where a command writes, so that tests can read it. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
}

export const TERMINAL: Terminal = {
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(harmless(text)),
};

/** An error may repeat what a file, a server or a device said. Nothing of that acts on the terminal. */
function harmless(text: string): string {
  return text.replace(/[^\P{Control}\n]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
