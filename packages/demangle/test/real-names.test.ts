/** Names of real programs, and what other demanglers say of them (fixtures/demangle). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { demangle } from '@noinit/demangle';
import { describeWith } from '@noinit/testing';
import { describe, expect, it } from 'vitest';

const FIXTURES = new URL('../../../fixtures/demangle/', import.meta.url);
const LIST_MINIMUM = 250;

describe.each(['cpp', 'rust-v0', 'rust-legacy'])('names of %s', (list) => {
  it('are demangled as the other demangler does', () => {
    const rows = readFileSync(new URL(`${list}.tsv`, FIXTURES), 'utf8')
      .trimEnd()
      .split('\n');
    const wanted = rows.map((row) => row.split('\t'));
    expect(rows.length).toBeGreaterThan(LIST_MINIMUM);
    expect(wanted.map(([name = '']) => [name, demangle(name)])).toEqual(wanted);
  });
});

/** GNU's text differs in spaces and parentheses, and writes the short names of the standard library in full. */
function squeezed(text: string): string {
  const plain = text.replace(/ \[clone (\.[^\]]*)\]/g, ' ($1)').replace(/[\s()]/g, '');
  return plain
    .replace(/std::basic_string<char,std::char_traits<char>,std::allocator<char>>/g, 'std::string')
    .replace(/std::basic_([io]\w*stream)<char,std::char_traits<char>>/g, 'std::$1');
}

describeWith(['c++filt', 'nm'], 'c++filt', () => {
  const library = ['/usr/lib/x86_64-linux-gnu/libstdc++.so.6', '/usr/lib/aarch64-linux-gnu/libstdc++.so.6'].find(existsSync);

  it.runIf(library)('agrees on the symbols of libstdc++', () => {
    const listed = spawnSync('nm', ['-D', '--no-demangle', library ?? ''], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
    const symbols = listed.split('\n').map((line) => line.split(' ').at(-1)?.replace(/@.*/, '') ?? '');
    const names = [...new Set(symbols.filter((name) => name.startsWith('_Z')))];
    const theirs = spawnSync('c++filt', [], {
      input: `${names.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    }).stdout.split('\n');
    const equal = names.filter((name, index) => squeezed(demangle(name) ?? '') === squeezed(theirs[index] ?? ''));
    console.info(
      `c++filt and we agree on ${equal.length} of ${names.length} names (${((100 * equal.length) / names.length).toFixed(2)} %)`,
    );
    expect(names.length).toBeGreaterThan(3000);
    expect(equal.length / names.length).toBeGreaterThan(0.99);
  });
});
