/**
 * A firmware with random constants and a random call depth really crashes on a Cortex-M3, resets, and sends what it kept. What the API then
 * says is compared with the constants and with gdb on the same state.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrashDetail, type DeviceDetail, DUMP_TYPE, PROJECT_HEADER, path } from '@noinit/api';
import { fromHex } from '@noinit/bytes';
import type { CodeFrame, Trace, TraceFrame, Variable } from '@noinit/model';
import { describeWith, type GdbFrame, type GdbVariable, makeElfCore, readGdbBacktrace } from '@noinit/testing';
import { scanMessage } from '@noinit/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFirmware, runQemu } from '../../../device/tests/firmware.ts';
import { FAULT_KINDS, type FaultKind, makeRandomFirmware, type RandomFirmware } from './random-firmware.ts';
import { launchServer, PROJECT, type RunningServer } from './start.ts';

const WAIT_MS = 10_000;
const OPTIMISATIONS = ['-O0', '-Og', '-Os', '-O2'];
const CLASS_OF: Record<FaultKind, string> = {
  'null-call': 'bad-jump',
  'unmapped-read': 'bus-error',
  'divide-by-zero': 'divide-by-zero',
  'undefined-instruction': 'undefined-instruction',
};

describeWith(['arm-none-eabi-gcc', 'qemu-system-arm', 'gdb-multiarch'], 'a crash on a second kind of machine', () => {
  let server: RunningServer;
  let folder: string;

  beforeAll(async () => {
    server = await launchServer();
    folder = mkdtempSync(join(tmpdir(), 'noinit-proof-'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const cases = FAULT_KINDS.flatMap((fault) => OPTIMISATIONS.map((optimisation) => ({ fault, optimisation })));
  describe.each(cases)('$fault at $optimisation', ({ fault, optimisation }) => {
    let firmware: RandomFirmware;
    let elf: string;
    let crash: CrashDetail;
    let trace: Trace;

    const name = `${fault}${optimisation}`;

    beforeAll(async () => {
      firmware = makeRandomFirmware(fault, randomInt);
      const source = join(folder, `${name}.c`);
      writeFileSync(source, firmware.source);
      elf = buildFirmware({ board: 'mps2-an385', sources: [source], out: join(folder, `${name}.elf`), optimisation });
      const run = runQemu({ board: 'mps2-an385', elf, args: { random: randomInt(1, 0x7fff_ffff) } });
      expect(run.exitCode, run.text + run.stderr).toBe(0);
      expect((await server.upload(readFileSync(elf))).status).toBe(201);
      expect((await server.post(name, run.chunks)).status).toBe(202);
      crash = await waitForTrace(server, name);
      trace = crash.trace as Trace;
    });

    it('is explained with its class and its reason', () => {
      expect(trace.fault.class).toBe(CLASS_OF[fault]);
      expect(crash.reboot).toMatchObject({ reason: { name: 'Fault' }, expected: false });
      expect(crash.log.map(({ text }) => text)).toContain(
        `about to fail ${firmware.frames.length} levels deep, ${firmware.frames.length}`,
      );
    });

    it('shows every random constant as a local of its function', () => {
      const frames = functionFrames(trace);
      for (const { function: name, locals } of firmware.frames) {
        const frame = frames.find((candidate) => candidate.function === name);
        for (const [local, value] of locals)
          expect(integerOf(findVariable(frame?.variables, local)), `${name}.${local}`).toBe(BigInt(value));
      }
    });

    it('has the frames and locals that gdb shows for the same state', async () => {
      const gdb = await readGdb(server, crash, elf);
      const ours = functionFrames(trace);
      expect(ours.map(place)).toEqual(gdb.map(placeOfGdb));
      for (const [index, frame] of gdb.entries()) {
        compareVariables(ours[index]?.variables ?? [], frame.variables, frame.function ?? '?');
      }
    });
  });
});

async function waitForTrace(server: RunningServer, serial: string): Promise<CrashDetail> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const { crashList = [] } = await server.get<Partial<DeviceDetail>>(path.device(serial));
    const explained = crashList.find((item) => item.explained);
    if (explained !== undefined) {
      const crash = await server.get<CrashDetail>(path.crash(explained.id));
      if (crash.reboot !== null && crash.log.length > 0) return crash;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no explained crash in time');
}

/** The state as a core file. A call of NULL is repaired for gdb, which stops at it: pc is set to where the call returns to. */
async function readGdb(server: RunningServer, crash: CrashDetail, elf: string): Promise<readonly GdbFrame[]> {
  const response = await fetch(server.url + path.dump(crash.id), { headers: { [PROJECT_HEADER]: PROJECT } });
  expect(response.headers.get('content-type')).toBe(DUMP_TYPE);
  const { record } = scanMessage(new Uint8Array(await response.arrayBuffer()));
  if (record?.kind !== 'crash') throw new Error('the dump is no crash record');
  const [thread] = record.dump.threads;
  if (thread === undefined) throw new Error('the dump has no thread');
  const { pc = 0, lr = 0, xpsr = 0 } = thread.registers;
  // gdb's look-up of frame 0 takes the pc as it is: two bytes before the return address is still the call.
  const registers = pc > 1 ? thread.registers : { ...thread.registers, pc: (lr & ~1) - 2, xpsr: xpsr | 0x0100_0000 };
  return readGdbBacktrace(elf, makeElfCore({ ...record.dump, threads: [{ ...thread, registers }] }));
}

function functionFrames(trace: Trace): CodeFrame[] {
  return (trace.threads[0]?.frames ?? []).filter(
    (frame: TraceFrame): frame is CodeFrame => frame.kind !== 'exception' && frame.function !== undefined,
  );
}

function place(frame: CodeFrame): string {
  return `${frame.function} ${frame.file?.split('/').at(-1)}:${frame.line}`;
}

function placeOfGdb(frame: GdbFrame): string {
  return `${frame.function} ${frame.file}:${frame.line}`;
}

function findVariable(variables: readonly Variable[] | undefined, name: string): Variable | undefined {
  return variables?.find((variable) => variable.name === name);
}

function compareVariables(ours: readonly Variable[], theirs: readonly GdbVariable[], where: string): void {
  for (const gdb of theirs) {
    // A log site's descriptor: gdb shows what happens to lie at its address in flash.
    if (gdb.name === 'noinit_log_site_') continue;
    const mine = findVariable(ours, gdb.name);
    const what = `${where}.${gdb.name}`;
    expect(mine, what).toBeDefined();
    if (gdb.unavailable) continue;
    if (gdb.children.length > 0) compareVariables(mine?.children ?? [], gdb.children, what);
    else if (gdb.integer !== null) expect(integerOf(mine), what).toBe(BigInt(gdb.integer));
  }
}

/** The value from the raw bytes, signed where the text is: not the way the engine makes its text. */
function integerOf(variable: Variable | undefined): bigint | string {
  if (variable === undefined) return 'missing';
  if ('unknown' in variable) return `unknown: ${variable.unknown.why}`;
  const bytes = fromHex(variable.raw);
  const value = bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return variable.value.startsWith('-') ? value - (1n << BigInt(bytes.length * 8)) : value;
}
