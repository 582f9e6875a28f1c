/** `noinit explain`: the server's answer from files, and what it says about bad files. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrashDetail, type CrashSummary, KEY_HEADER, type Page, path } from '@noinit/api';
import { validateTrace } from '@noinit/api/validators';
import { address, type BuildId, buildPrefix, type ShortBuildPrefix, shortBuildPrefix } from '@noinit/model';
import { createServer, makeConfig, readEnv, type Server } from '@noinit/server';
import { loadSymbols, type Symbols } from '@noinit/symbols';
import { makeBoot, makeCrash, makeDump, makePostcard } from '@noinit/testing';
import { encodeChunks, encodeMessage, joinChunks } from '@noinit/wire/encode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noinit } from './run.ts';

const fixture = (name: string) => new URL(`../../../fixtures/elf/${name}`, import.meta.url).pathname;
const ELF = fixture('m3-Og-dwarf5.elf');
const OTHER_ELF = fixture('m3-O2-dwarf4.elf');
const CRC_BYTES = 4;
const THUMB_STATE = 0x0100_0000;

let folder: string;
let dump: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'noinit-cli-'));
  dump = join(folder, 'crash.dump');
  writeFileSync(dump, crashMessage());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('noinit explain', () => {
  it('says what happened, where, and with which values', async () => {
    const { code, out, error } = await noinit('explain', dump, '--elf', ELF);
    expect([code, error]).toEqual([0, '']);
    expect(out).toContain('main');
    expect(out).toContain('main.c');
  });

  it('gives Markdown for a bug report', async () => {
    const { code, out } = await noinit('explain', dump, '--elf', ELF, '--markdown');
    expect(code).toBe(0);
    expect(out).toMatch(/^#|\*\*|```/m);
  });

  it('explains without an ELF file as far as that goes, and says what is missing', async () => {
    const { code, out, error } = await noinit('explain', dump, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out).build.symbols).toBe('none');
    expect(error).toContain('--elf');
  });

  it('refuses the ELF file of another build', async () => {
    const { code, out, error } = await noinit('explain', dump, '--elf', OTHER_ELF);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain('the symbols are of build');
    expect(error).toContain('readelf -n');
  });

  it('explains a postcard: the place, and what it cannot know', async () => {
    const build = shortBuildPrefix(buildIdOf(loadSymbols(readFileSync(ELF))));
    const { code, out, error } = await noinit('explain', postcard(build), '--elf', ELF);
    expect([code, error]).toEqual([3, 'noinit: only the postcard of this crash: the rest of it is unknown\n']);
    expect(out).toMatch(
      /^The watchdog was about to strike: the firmware was stuck in main \(main\.c:\d+\)\.\n.* · reason Watchdog\n/,
    );
    expect(out).toContain('ends here: Further callers are unknown, because only the postcard came.');
    expect(out).toContain('variables, stack, other threads: unknown, because only the postcard came');
    expect(out).toContain(`no more of it than ${build}`);
    const json = await noinit('explain', postcard(build), '--elf', ELF, '--json');
    expect(validateTrace(JSON.parse(json.out))).toMatchObject({ kind: 'trace' });
  });

  it('refuses the ELF file of another build for a postcard, and names the four bytes where none is given', async () => {
    const { code, out, error } = await noinit('explain', postcard('ffffffff' as ShortBuildPrefix), '--elf', ELF);
    expect([code, out]).toEqual([1, '']);
    expect(error).toContain('the crash is of build ffffffff…');
    const bare = await noinit('explain', postcard('ffffffff' as ShortBuildPrefix));
    expect(bare.code).toBe(3);
    expect(bare.error).toContain('give the ELF file of build ffffffff… with --elf');
  });

  it('explains a cut dump up to the cut', async () => {
    const cut = join(folder, 'cut.dump');
    writeFileSync(cut, readFileSync(dump).subarray(0, -40));
    const { code, out, error } = await noinit('explain', cut, '--elf', ELF, '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out).threads[0].frames[0].function).toBe('main');
    expect(error).toContain('the dump is damaged');
  });

  it('never throws for a dump that is cut anywhere', async () => {
    const whole = readFileSync(dump);
    const cut = join(folder, 'any.dump');
    // Behind the last item stands only the CRC-32 of them all: without it the crash is still whole.
    for (let length = 0; length < whole.length - CRC_BYTES; length += 7) {
      writeFileSync(cut, whole.subarray(0, length));
      expect((await noinit('explain', cut, '--elf', ELF)).code).toBe(3);
    }
  });

  it.each([
    ['no arguments', ['explain'], "missing required argument 'dump'"],
    ['a dump that is not there', ['explain', 'nowhere.dump'], 'there is no such file'],
    ['a folder', ['explain', tmpdir()], 'it is a folder'],
    ['an unknown option', ['explain', 'x', '--els', 'y'], "unknown option '--els'"],
    ['two formats', ['explain', 'x', '--json', '--markdown'], 'not both'],
    ['an unknown command', ['explode'], "unknown command 'explode'"],
  ])('exits with 2 for %s', async (_name, words, said) => {
    const { code, out, error } = await noinit(...words);
    expect([code, out]).toEqual([2, '']);
    expect(error).toContain(said);
  });

  it('exits with 1 for an ELF file that is none', async () => {
    const { code, error } = await noinit('explain', dump, '--elf', dump);
    expect(code).toBe(1);
    expect(error).toContain('linked ELF file');
  });
});

describe('the server and the command line', () => {
  let server: Server;
  beforeAll(async () => {
    const options = { folder: join(folder, 'data'), port: 0, project: { id: 'demo', key: 'key' } };
    server = createServer(makeConfig(options, readEnv({})));
    await server.start();
    const boot = encodeMessage(makeBoot({ build: buildIdOf(loadSymbols(readFileSync(ELF))) }));
    const chunks = [boot, readFileSync(dump)].flatMap((message, index) => encodeChunks(message, { messageId: index, size: 100 }));
    const headers = { [KEY_HEADER]: 'key', 'content-type': 'application/vnd.noinit.chunks' };
    await fetch(server.url + path.chunks('A-1'), { method: 'POST', headers, body: joinChunks(chunks) });
    await server.idle();
  });
  afterAll(() => server.close());

  it('give the same trace for the dump that the server hands out, before and after its symbols', async () => {
    const [raw, rawDump] = await crashAndDump();
    expect(raw.waiting?.command).toContain('noinit symbols upload');
    const bare = await noinit('explain', rawDump, '--json');
    expect(JSON.parse(bare.out)).toEqual(raw.trace);

    const upload = await noinit('symbols', 'upload', ELF, '--server', server.url);
    expect([upload.code, upload.error]).toEqual([0, '']);
    expect(upload.out).toContain('new, with debug information; 1 waiting crash');
    await server.idle();

    const [explained, explainedDump] = await crashAndDump();
    const full = await noinit('explain', explainedDump, '--elf', ELF, '--json');
    expect(full.code).toBe(0);
    expect(JSON.parse(full.out)).toEqual(explained.trace);
    expect(explained.trace?.build.symbols).toBe('full');
  });

  it('say what is wrong with an upload', async () => {
    const refused = await noinit('symbols', 'upload', dump, ELF, '--server', server.url);
    expect(refused.code).toBe(1);
    expect(refused.error).toContain('linked ELF file');
    expect(refused.out).toContain('known already');
    expect((await noinit('symbols', 'upload', 'nowhere.elf', '--server', server.url)).code).toBe(2);
    const nobody = await noinit('symbols', 'upload', ELF, '--server', 'http://127.0.0.1:9');
    expect([nobody.code, nobody.error.includes('noinit serve')]).toEqual([2, true]);
  });

  async function crashAndDump(): Promise<[CrashDetail, string]> {
    const list = (await (await fetch(server.url + path.crashes())).json()) as Page<CrashSummary>;
    const id = list.items[0]?.id ?? '';
    const crash = (await (await fetch(server.url + path.crash(id))).json()) as CrashDetail;
    const file = join(folder, 'downloaded.dump');
    writeFileSync(file, new Uint8Array(await (await fetch(server.url + path.dump(id))).arrayBuffer()));
    return [crash, file];
  }
});

/** A hang in main of ELF. */
function crashMessage(): Uint8Array {
  const symbols = loadSymbols(readFileSync(ELF));
  const main = symbols.symbolNamed('main');
  if (main === undefined) throw new TypeError('the fixture has no main');
  const pc = address(main.address + 4);
  const made = makeDump({ cause: { kind: 'watchdog' }, system: {} });
  const registers = { ...made.threads[0]?.registers, pc, lr: pc + 1, xpsr: THUMB_STATE };
  const record = makeCrash({
    build: buildPrefix(buildIdOf(symbols)),
    dump: { ...made, threads: [{ crashed: true, registers }] },
  });
  return encodeMessage(record);
}

/** Of the same hang. */
function postcard(build: ShortBuildPrefix): string {
  const main = loadSymbols(readFileSync(ELF)).symbolNamed('main');
  const pc = (main?.address ?? 0) + 4;
  const file = join(folder, `postcard-${build}.bin`);
  writeFileSync(
    file,
    encodeMessage(makePostcard({ build, cause: { kind: 'watchdog' }, reason: 0x8003, pc, lr: 0, faultBits: 0 })),
  );
  return file;
}

function buildIdOf({ buildId }: Symbols): BuildId {
  if (buildId === undefined) throw new TypeError('the fixture has no build id');
  return buildId;
}
