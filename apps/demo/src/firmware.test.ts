import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWith, isInstalled } from '@noinit/testing';
import { describe, expect, it } from 'vitest';
import { firmwareFile, VERSIONS } from './firmware.ts';
import { makeFlashImage } from './flash-image.ts';

/** The compiler of firmware/README.md. Another one makes other bytes, which says nothing. */
const COMPILER = 'arm-none-eabi-gcc (15:12.2.rel1-1) 12.2.1 20221205';
const BUILD = fileURLToPath(new URL('../../../device/examples/demo/build.sh', import.meta.url));
const README = fileURLToPath(new URL('../firmware/README.md', import.meta.url));

describeWith(['arm-none-eabi-gcc'], 'the committed firmware', () => {
  const compiler = isInstalled('arm-none-eabi-gcc')
    ? execFileSync('arm-none-eabi-gcc', ['--version']).toString().split('\n')[0]
    : '';
  it.runIf(compiler === COMPILER)(
    'is what its source and this very compiler make',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'noinit-firmware-'));
      try {
        execFileSync('sh', [BUILD, folder], { stdio: 'inherit' });
        for (const version of VERSIONS) {
          const rebuilt = readFileSync(join(folder, `room-${version}.elf`));
          expect(buildId(rebuilt)).toBe(buildId(readFileSync(firmwareFile(version))));
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});

describe('a committed firmware file', () => {
  it.each(VERSIONS)('%s holds no path of the machine it was built on', (version) => {
    const text = readFileSync(firmwareFile(version)).toString('latin1');
    expect(text).not.toMatch(/\/(home|root|work|tmp|Users)\//);
    expect(text).toContain(version);
  });

  it.each(VERSIONS)('%s is named in the README by its build id', (version) => {
    expect(readFileSync(README, 'utf8')).toContain(`${version} | \`${buildId(readFileSync(firmwareFile(version)))}\``);
  });

  it.each(VERSIONS)('%s starts with its stack and its first instruction', (version) => {
    const { flashView } = makeFlashImage(readFileSync(firmwareFile(version)));
    expect(flashView.getUint32(0, true) >>> 16).toBe(0x2000);
    expect(flashView.getUint32(4, true) & 1).toBe(1);
    expect(flashView.getUint32(4, true) >>> 20).toBe(0x100);
  });
});

/** The GNU build id note: name size 4, its own size 20, type 3, "GNU", then the id. */
function buildId(elf: Buffer): string {
  const head = Buffer.from([4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 0x47, 0x4e, 0x55, 0]);
  const at = elf.indexOf(head);
  expect(at).toBeGreaterThan(0);
  return elf.subarray(at + head.length, at + head.length + 20).toString('hex');
}
