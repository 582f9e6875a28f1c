/**
 * An update between a crash and the upload: version 1 logs and crashes, version 2 starts on the same RAM and sends everything. The ids
 * of both are the same and their texts differ, so a line read with the wrong ELF file would look right.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrashDetail, type DeviceDetail, path } from '@noinit/api';
import { parseElf } from '@noinit/elf';
import { readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type RunningServer, startServer } from '../../packages/server/test/start.ts';
import { buildFirmware, DEVICE, PSRAM, runQemu } from './firmware.ts';
import { crashOf, decodeLogs, logsOf, recordsOf } from './records.ts';

const BOARD = 'mps2-an385';
const DAY_MS = 24 * 60 * 60 * 1000;

const FIRST = ['pump 0 started', 'pump 1 started', 'pump 2 started', 'pump 2 of basement stopped after 250 ms'];
const SECOND = ['valve 0 opened', 'valve 1 opened', 'valve 2 opened', 'valve 2 of basement closed after 250 ms'];

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm', 'clang-14', 'ld.lld-14'],
  'a log written by one build and sent by the next',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-update-'));
    const [elf1, elf2] = [join(folder, 'v1.elf'), join(folder, 'v2.elf')];
    const crashedRam = join(folder, 'crashed.bin');
    let chunks: readonly Uint8Array[];
    beforeAll(() => {
      const ramFile = join(folder, 'ram.bin');
      const options = { board: BOARD, sources: [join(DEVICE, 'tests/qemu/update.c')], ram: PSRAM } as const;
      buildFirmware({ ...options, cflags: ['-Wall', '-Werror', '-DVERSION=1', '-DFIRMWARE_VERSION="1.0.0"'], out: elf1 });
      buildFirmware({ ...options, cflags: ['-Wall', '-Werror', '-DVERSION=2', '-DFIRMWARE_VERSION="2.0.0"'], out: elf2 });
      const args = { random: 0x0d0e };
      const crashed = runQemu({ board: BOARD, elf: elf1, args, ramFile, qemuArgs: ['-no-reboot'] });
      expect(crashed.text + crashed.stderr).toBe('');
      copyFileSync(ramFile, crashedRam);
      const sent = runQemu({ board: BOARD, elf: elf2, args, ramFile });
      expect(sent.exitCode, sent.text + sent.stderr).toBe(0);
      chunks = sent.chunks;
    }, 30_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('has the same ids in both dictionaries, with other texts', () => {
      const [first, second] = [elf1, elf2].map((path) => readDictionary(parseElf(readFileSync(path))).content.sites);
      expect(first?.map(({ id }) => id)).toEqual(second?.map(({ id }) => id));
      expect(first?.map(({ format }) => format)).toEqual(['pump %d of %s stopped after %d ms', 'pump %d started']);
      expect(second?.map(({ format }) => format)).toEqual(['valve %d of %s closed after %d ms', 'valve %d opened']);
    });

    it('reads each line with the ELF file of the build that wrote it', () => {
      const records = recordsOf(chunks);
      expect(crashOf(records).key.boot).toBe(1);
      expect(new Set(logsOf(records).map(({ build }) => build)).size).toBe(2);
      const { lines, damage } = decodeLogs(records, [elf2, elf1]);
      expect(damage).toEqual([]);
      expect(lines.map(({ boot, text }) => [boot, text])).toEqual([
        ...FIRST.map((text) => [1, text]),
        ...SECOND.map((text) => [2, text]),
      ]);
    });

    it.each([false, true])(
      'reads them too where the next build is by another compiler, link-time optimisation %s',
      (lto) => {
        const out = join(folder, `clang-${lto}.elf`);
        const options = { board: BOARD, sources: [join(DEVICE, 'tests/qemu/update.c')], ram: PSRAM } as const;
        buildFirmware({
          ...options,
          compiler: 'clang',
          optimisation: '-O2',
          lto,
          cflags: ['-Wall', '-Werror', '-DVERSION=2'],
          out,
        });
        const ramFile = join(folder, `clang-${lto}.bin`);
        copyFileSync(crashedRam, ramFile);
        const sent = runQemu({ board: BOARD, elf: out, args: { random: 0x0d0e }, ramFile });
        expect(sent.exitCode, sent.text + sent.stderr).toBe(0);
        const { lines, damage } = decodeLogs(recordsOf(sent.chunks), [elf1, out]);
        expect(damage).toEqual([]);
        expect(lines.map(({ text }) => text)).toEqual([...FIRST, ...SECOND]);
      },
      30_000,
    );

    it('shows ids, and no text of the other build, where only one ELF file is there', () => {
      const { lines } = decodeLogs(recordsOf(chunks), [elf2]);
      expect(lines.filter(({ boot }) => boot === 2).map(({ text }) => text)).toEqual(SECOND);
      const others = lines.filter(({ boot }) => boot === 1);
      expect(others).toHaveLength(FIRST.length);
      for (const { text, unknown } of others) {
        expect(unknown).toBeDefined();
        expect(text).not.toMatch(/pump|valve/);
      }
    });

    it('comes right on the server when the first ELF file is uploaded a day later', async () => {
      const running = await startServer();
      expect((await running.post('A-1', chunks)).status).toBe(202);
      expect((await running.upload(readFileSync(elf2))).status).toBe(201);
      expect(await textsOf(running, 2)).toEqual(SECOND);
      expect((await textsOf(running, 1)).join()).not.toMatch(/pump|valve/);

      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + DAY_MS });
      onTestFinished(() => void vi.useRealTimers());
      expect((await running.upload(readFileSync(elf1))).status).toBe(201);
      expect(await textsOf(running, 1)).toEqual(FIRST);
      expect(await textsOf(running, 2)).toEqual(SECOND);
      const { crashList } = await running.get<DeviceDetail>(path.device('A-1'));
      const crash = await running.get<CrashDetail>(path.crash(crashList[0]?.id ?? ''));
      expect(crash.log.map(({ text }) => text)).toEqual(FIRST);
    });
  },
);

async function textsOf(running: RunningServer, boot: number): Promise<string[]> {
  await running.server.idle();
  const { log } = await running.get<DeviceDetail>(path.device('A-1'));
  return log.filter((line) => line.boot === boot).map(({ text }) => text);
}
