/** Numbers as words of a sentence and cells of a table. English, as the page is. */

const COUNT = new Intl.NumberFormat('en');

export function countText(count: number): string {
  return COUNT.format(count);
}

/** `1 crash`, `2 crashes`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/**
 * A share of a whole in percent. All and nothing are said only where they are true: 999 of 1,000 is 99.9 %, never 100 %.
 * Undefined for a share of nothing.
 */
export function shareText(part: number, whole: number): string | undefined {
  if (whole <= 0) return undefined;
  if (part === whole) return '100 %';
  if (part <= 0) return '0 %';
  const percent = (part / whole) * 100;
  const digits = percent < 1 || percent > 99 ? 2 : percent < 10 || percent > 90 ? 1 : 0;
  const smallest = 10 ** -digits;
  return `${Math.min(Math.max(percent, smallest), 100 - smallest).toFixed(digits)} %`;
}

/** A rate with two significant digits, from 100 on as a whole number. */
export function rateText(rate: number): string {
  return rate >= 100 ? countText(Math.round(rate)) : String(Number(rate.toPrecision(2)));
}

/** Bytes in the unit a person would say. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kibibytes = bytes / 1024;
  return kibibytes < 1024 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 1024).toFixed(1)} MiB`;
}

/** `2 crashes`, and where there are snapshots `2 crashes, 1 snapshot`: those are no crashes. */
export function crashCount({ crashes, snapshots }: { readonly crashes: number; readonly snapshots: number }): string {
  const counted = countOf(crashes, 'crash', 'crashes');
  return snapshots === 0 ? counted : `${counted}, ${countOf(snapshots, 'snapshot')}`;
}
