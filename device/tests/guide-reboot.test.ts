import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';

const NATIVE = join(DEVICE, 'tests/native');
const guide = readFileSync(join(DEVICE, '../docs/guide/reboot-reasons.md'), 'utf8');

it("names tests that are there, in the guide's table of behaviours", () => {
  const sources = readdirSync(NATIVE)
    .filter((name) => name.startsWith('test_'))
    .map((name) => readFileSync(join(NATIVE, name), 'utf8'))
    .join('');
  const rows = guide.split('\n').filter((line) => line.startsWith('| '));
  const names = rows.flatMap((row) => [...(row.split('|')[3] ?? '').matchAll(/`([a-z0-9_]+)`/g)].map(([, name]) => name ?? ''));
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !sources.includes(`RUN(${name});`))).toEqual([]);
});
