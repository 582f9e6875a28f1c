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
import { describeReason, type Record } from '@noinit/model';
import { explainDump, renderTrace } from '@noinit/postmortem';
import { loadSymbols } from '@noinit/symbols';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type RunningServer, startServer } from '../../packages/server/test/start.ts';
import { buildFirmware, DEVICE, type FirmwareOptions, PSRAM, runQemu, sdkSources } from './firmware.ts';
import { crashOf, decodeLogs, logsOf, postcardsOf, rebootOf, recordsOf } from './records.ts';

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
      expect(ownFormats(first)).toEqual(['pump %d of %s stopped after %d ms', 'pump %d started']);
      expect(ownFormats(second)).toEqual(['valve %d of %s closed after %d ms', 'valve %d opened']);
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

/** Without those of the SDK itself. */
function ownFormats(sites: readonly { readonly format: string }[] | undefined): string[] | undefined {
  return sites?.map(({ format }) => format).filter((format) => !format.startsWith('self-test'));
}

/** What both builds have, so that there is room for a third slot. */
const ROOM = ['-DNOINIT_CRASH_CAPACITY=1544'];
const SDK = sdkSources('cortex_m');

interface NextBuild {
  readonly what: string;
  readonly options: Partial<FirmwareOptions>;
  /** What of the first build's records the next one still finds: its crash, its postcard, its boot and how that ended. */
  readonly kept: readonly ('crash' | 'postcard' | 'boot' | 'reboot')[];
}

const ALL = ['crash', 'postcard', 'boot', 'reboot'] as const;
const flag = (name: string, value: number): Partial<FirmwareOptions> => ({ cflags: [...ROOM, `-DNOINIT_${name}=${value}`] });
const NEXT_BUILDS: readonly NextBuild[] = [
  {
    what: 'another compiler and link-time optimisation',
    options: { compiler: 'clang', optimisation: '-O2', lto: true },
    kept: ALL,
  },
  { what: 'its objects in another order', options: { sdk: [...SDK].reverse() }, kept: ALL },
  { what: 'three slots', options: flag('CRASH_SLOTS', 3), kept: ALL },
  { what: 'smaller slots', options: { cflags: ['-DNOINIT_CRASH_CAPACITY=1536'] }, kept: ['postcard', 'boot', 'reboot'] },
  { what: 'fewer postcards', options: flag('POSTCARDS', 2), kept: ['postcard', 'boot', 'reboot'] },
  { what: 'fewer boots', options: flag('BOOTS', 2), kept: ['boot', 'reboot'] },
  { what: 'longer texts', options: flag('BOOT_TEXT_BYTES', 40), kept: [] },
  { what: 'versions that may come late', options: flag('BOOT_DEFERRED', 1), kept: ['crash', 'postcard', 'reboot'] },
];

/**
 * The board's reset-cause register is a word of RAM behind the SDK's objects: a build that moves those reads another one there. What the
 * hardware says is left out of what is compared.
 */
function withoutHardware(record: Record): object {
  return record.kind === 'reboot' ? { ...record, hardware: undefined } : record;
}

describeWith(
  ['arm-none-eabi-gcc', 'qemu-system-arm', 'clang-14', 'ld.lld-14'],
  'a crash of one build, and why it restarted, sent by the next',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'noinit-crash-update-'));
    const first = join(folder, 'first.elf');
    const crashedRam = join(folder, 'crashed.bin');
    const args = { random: 0x0d0e };
    /** What the second build sends that differs in its text alone. */
    let right: readonly Record[] = [];
    let second = '';
    const build = (options: Partial<FirmwareOptions> & Pick<FirmwareOptions, 'out'>, version: number): string =>
      buildFirmware({
        board: BOARD,
        sources: [join(DEVICE, 'tests/qemu/update.c')],
        ram: PSRAM,
        ...options,
        cflags: ['-Wall', ...(options.cflags ?? ROOM), `-DVERSION=${version}`, `-DFIRMWARE_VERSION="${version}.0.0"`],
      });

    /** What the next build sends over the RAM that the first one left when it crashed. */
    function sendBy(options: Partial<FirmwareOptions>): Record[] {
      const out = join(folder, 'next.elf');
      build({ ...options, out }, 2);
      const ramFile = join(folder, 'next.bin');
      copyFileSync(crashedRam, ramFile);
      const sent = runQemu({ board: BOARD, elf: out, args, ramFile });
      expect(sent.exitCode, sent.text + sent.stderr).toBe(0);
      return recordsOf(sent.chunks);
    }

    beforeAll(() => {
      build({ out: first }, 1);
      const ramFile = join(folder, 'ram.bin');
      const crashed = runQemu({ board: BOARD, elf: first, args, ramFile, qemuArgs: ['-no-reboot'] });
      expect(crashed.text + crashed.stderr).toBe('');
      copyFileSync(ramFile, crashedRam);
      right = sendBy({});
      second = join(folder, 'second.elf');
      copyFileSync(join(folder, 'next.elf'), second);
    }, 60_000);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it('speaks of the first build, and is read with its ELF file', () => {
      const records = right;
      const elf = parseElf(readFileSync(first));
      const build = String(elf.buildId);
      const crash = crashOf(records);
      const [postcard] = postcardsOf(records);
      const reboot = rebootOf(records);
      expect(crash.build).toBe(build.slice(0, 16));
      expect(postcard?.build).toBe(build.slice(0, 8));
      expect(records.find((record) => record.kind === 'boot' && record.key.boot === 1)).toMatchObject({
        build,
        version: '1.0.0',
      });
      expect(records.find((record) => record.kind === 'boot' && record.key.boot === 2)).toMatchObject({
        version: '2.0.0',
        ramSurvived: true,
        unexpectedReboots: 1,
      });
      // A mark of the project's own came first, then the fault: both builds have the number, with different names.
      expect([reboot.reason, reboot.marked?.reason, reboot.later?.reason]).toEqual([0xc011, 0xc011, 0x8001]);
      expect([crash.dump.cause.reason, postcard?.reason]).toEqual([0xc011, 0xc011]);
      const names = [first, second].map(
        (path) => describeReason(0xc011, readDictionary(parseElf(readFileSync(path))).reasons).name,
      );
      expect(names).toEqual(['PumpStuck', 'ValveStuck']);
      const trace = explainDump(crash.dump, loadSymbols(elf), { dictionary: readDictionary(elf) });
      expect(renderTrace(trace)).toMatch(/\bfail\b[\s\S]*\bmain\b/);
      expect(renderTrace(trace)).toContain('PumpStuck');
    }, 30_000);

    it.each(NEXT_BUILDS)(
      'is whole or gone, and never something else, where the next one has $what',
      ({ options, kept }) => {
        const found = sendBy(options);
        const ofBoot = (records: readonly Record[], boot: number): Record[] =>
          records.filter((record) => record.kind !== 'log' && record.key.boot === boot);
        const old = ofBoot(found, 1);
        const isKept = (record: Record): boolean => kept.some((kind) => kind === record.kind);
        expect(old.filter(isKept).map(withoutHardware)).toEqual(ofBoot(right, 1).filter(isKept).map(withoutHardware));
        // What else is said of that boot is what the start itself found: that it ended, and what the hardware says of it.
        for (const record of old.filter((one) => !isKept(one))) {
          if (record.kind !== 'reboot') throw new Error(`a ${record.kind} record of the first boot`);
          expect([record.reason, record.marked, record.uptime]).toEqual([record.hardware.reason, undefined, 0]);
        }
        expect(found.find((record) => record.kind === 'boot' && record.key.boot === 2)).toMatchObject({ ramSurvived: true });
        expect(new Set(found.map(({ key }) => key.lineage)).size).toBe(1);
        expect(found.filter((record) => record.kind === 'unknown')).toEqual([]);
      },
      30_000,
    );
  },
);

async function textsOf(running: RunningServer, boot: number): Promise<string[]> {
  await running.server.idle();
  const { log } = await running.get<DeviceDetail>(path.device('A-1'));
  return log.filter((line) => line.boot === boot).map(({ text }) => text);
}
