/**
 * Zephyr's logging page as text, where somebody has it: NOINIT_ZEPHYR_PAGE names the file, or it lies beside the repository. It is not
 * ours to keep here; what stands on it is compared with what we say about it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BESIDE = fileURLToPath(new URL('../../../../shared/seeds', import.meta.url));

/** Undefined where nobody has it. */
export function readPage(): string | undefined {
  const file = process.env['NOINIT_ZEPHYR_PAGE'] ?? findBeside();
  return file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function findBeside(): string | undefined {
  if (!existsSync(dirname(BESIDE)) || !existsSync(BESIDE)) return undefined;
  const name = readdirSync(BESIDE).find((entry) => entry.startsWith('004'));
  return name === undefined ? undefined : join(BESIDE, name);
}

/** Every name of its logging and every option, once. */
export function namesOn(page: string): readonly string[] {
  return [...new Set([...page.matchAll(NAMES)].map(([name]) => name))].sort();
}

/** Code samples in C, in their order. Prose stands between any two; the reference behind them has declarations and no samples. */
export function samplesOn(page: string): readonly string[] {
  const samples: string[] = [];
  let lines: string[] = [];
  const end = (): void => {
    if (lines.length > 0) samples.push(lines.join('\n').trimEnd());
    lines = [];
  };
  for (const line of page.slice(0, page.indexOf('\nAPI Reference\n')).split('\n')) {
    if (CODE.test(line) || (line === '' && lines.length > 0)) lines.push(line);
    else end();
  }
  end();
  return samples;
}

const NAMES = /\b(?:CONFIG_\w+|LOG_\w+|log_\w+|printk|HEXDUMP_\w+|ARGS_\w+|COMMON_\w+|k_[a-z_0-9]+|atomic_t)\b/g;
/** How a line of code begins; what is indented is code unless it is a point of a list. */
const CODE = /^(?:[#{}]|\/\*|(?:struct|static|void|char) |[a-z_]+\[|LOG_[A-Z_]+\(|\s+[^\s•])/;
