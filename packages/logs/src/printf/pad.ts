/** Fills a converted value up to its width. */
export interface Padding {
  /** Sign and `0x`: zeros go behind it, spaces before it. */
  readonly prefix?: string;
  readonly width: number;
  readonly left: boolean;
  readonly zeros?: boolean;
}

export function pad(digits: string, { prefix = '', width, left, zeros = false }: Padding): string {
  if (left) return (prefix + digits).padEnd(width);
  return zeros ? prefix + digits.padStart(width - prefix.length, '0') : (prefix + digits).padStart(width);
}
