/**
 * A power cut behind every store of real log calls, through the front end of the ARM binary. Four readers look at each torn image and at what
 * a recovery makes of it: the proof's own, the host's decoder with the build's dictionary, the bootloader's reader, the ring's cursor.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseElf } from '@noinit/elf';
import { decodeLogRing, type LogDictionary, readDictionary } from '@noinit/logs';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEVICE } from './firmware.ts';
import { applyStore, moveTo, RING_SOURCES, type Store } from './proof/arm.ts';
import { boot, compareWalk, play } from './proof/cuts.ts';
import { FrontEnd, type FrontEndRun, ImageReader, textOf } from './proof/frontend.ts';
import { gapCount, type ImageEntry, KIND, type RingImage, readImage } from './proof/image.ts';
import { Wrong } from './proof/model.ts';
import { buildWasm, MACHINE_EXPORTS, REGION } from './proof/wasm.ts';

const LIMIT = 120_000;
const LOG_LENGTH = 88 + 6 * 128;

/** In the header: the mark of what was read, and the note of the oldest segment. */
const [RELEASED, NOTE] = [32, 44];

/** What must be there: text by number, how many were lost. */
class Expected {
  readonly texts = new Map<number, string>();
  next = 0;
  lost = 0;
}

/** While a call runs. */
interface Pending {
  readonly call: number | undefined;
  /** Of the whole call: where its entry is, and how many are lost behind it. */
  readonly number: number | undefined;
  readonly lost: number;
}

describeWith(
  ['clang-14', 'wasm-ld-14', 'wasm2wat', 'arm-none-eabi-gcc', 'ld.lld-14', 'qemu-system-arm', 'gcc'],
  'a power cut behind every store of a log call of the ARM binary',
  () => {
    let folder = '';
    let module: WebAssembly.Module;
    let reader: ImageReader;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'noinit-frontend-'));
      module = buildWasm({ sources: [...RING_SOURCES, join(DEVICE, 'tests/proof/machine.c')], exports: MACHINE_EXPORTS });
      reader = new ImageReader(folder, LOG_LENGTH);
    }, LIMIT);
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['-Os', 'gcc', 'overwrites', []],
      ['-O2', 'gcc', 'overwrites', []],
      ['-Os', 'clang', 'overwrites', []],
      ['-Os', 'gcc', 'drops', ['-DNOINIT_LOG_DROP_NEWEST=1']],
    ] as const)(
      'shows every closed line and no wrong one to any reader, at %s by %s, a ring that %s',
      (optimisation, compiler, policy, cflags) => {
        const where = mkdtempSync(join(folder, 'run-'));
        const frontEnd = new FrontEnd({ folder: where, logLength: LOG_LENGTH, optimisation, compiler, cflags });
        const proof = new Proof(module, reader, readDictionary(parseElf(readFileSync(frontEnd.elf))));
        const release = policy === 'drops' ? 28 : 0;
        proof.follow(frontEnd, { first: 0, calls: 60, release });
        // The power goes within a call; the next start recovers what that left.
        proof.follow(frontEnd, { first: 100, calls: 60, release, kill: 1111 });
        proof.follow(frontEnd, { first: 200, calls: 30, release });
        const { cuts, images, lines, dropped } = proof;
        console.log(
          `${optimisation} ${compiler} ${policy}: ${cuts} cuts, ${images} images, ${lines} lines read, ${dropped} dropped`,
        );
        expect(cuts).toBeGreaterThan(2000);
        expect(policy === 'overwrites' || dropped > 10).toBe(true);
      },
      LIMIT,
    );
  },
);

class Proof {
  cuts = 0;
  images = 0;
  lines = 0;
  dropped = 0;
  readonly #module: WebAssembly.Module;
  readonly #reader: ImageReader;
  readonly #dictionary: LogDictionary;
  readonly #expected = new Expected();
  /** For the bootloader's reader, which sees many at once. */
  readonly #batch: { readonly image: Uint8Array; readonly shown: string; readonly where: string }[] = [];

  constructor(module: WebAssembly.Module, reader: ImageReader, dictionary: LogDictionary) {
    this.#module = module;
    this.#reader = reader;
    this.#dictionary = dictionary;
  }

  follow(frontEnd: FrontEnd, run: FrontEndRun): void {
    const region = frontEnd.region();
    const stores = frontEnd.run(run);
    const pendings = this.#pendingOf(region, stores, run);
    const view = new DataView(region.buffer);
    let step = 0;
    stores.forEach((store, index) => {
      if (store.offset >= LOG_LENGTH) {
        this.#settle(pendings[step]);
        step += 1;
        return;
      }
      applyStore(view, store);
      this.cuts += 1;
      const pending = pendings[step] ?? { call: undefined, number: undefined, lost: 0 };
      this.#look(region, pending, `run from ${run.first}, store ${index}, step ${step}`);
    });
    if (run.kill === undefined) expect(step).toBe(run.calls + 1);
    this.#readBatch();
  }

  /** Of each step its outcome, from the images between the steps alone. */
  #pendingOf(before: Uint8Array, stores: readonly Store[], run: FrontEndRun): Pending[] {
    const region = before.slice();
    const view = new DataView(region.buffer);
    const pendings: Pending[] = [];
    let next = readImage(region)?.next ?? 0;
    let lost = this.#expected.lost;
    for (const store of stores) {
      if (store.offset < LOG_LENGTH) {
        applyStore(view, store);
        continue;
      }
      const image = imageOf(region);
      const own = image.entries.filter(({ number, kind }) => number >= next && kind !== KIND.segment && kind !== KIND.gap);
      const call = pendings.length === 0 ? undefined : run.first + pendings.length - 1;
      if (own.length > 1 || (call === undefined && own.length > 0)) throw new Wrong(`${own.length} entries of call ${call}`);
      if (call !== undefined && own.length === 0) lost += 1;
      pendings.push({ call, number: own[0]?.number, lost });
      next = image.next;
    }
    // The call that was cut for good: its entry may be there or not, and then it stays so.
    const image = imageOf(region);
    const call = run.first + pendings.length - 1;
    const own = image.entries.find(({ number, kind }) => number >= next && kind !== KIND.segment && kind !== KIND.gap);
    if (run.kill !== undefined) pendings.push({ call, number: own?.number, lost });
    return pendings;
  }

  #settle(pending: Pending | undefined): void {
    if (pending === undefined) throw new Wrong('a step without an outcome');
    const { texts } = this.#expected;
    if (pending.call !== undefined && pending.number !== undefined) texts.set(pending.number, textOf(pending.call));
    this.dropped += pending.lost - this.#expected.lost;
    this.#expected.lost = pending.lost;
  }

  #look(torn: Uint8Array, pending: Pending, where: string): void {
    try {
      const image = readImage(torn);
      if (image !== undefined) this.#compare(torn, image, pending, `${where}, torn`);
      const device = boot(this.#module, moveTo(REGION, torn));
      if (play(device, { kind: 'start', lineage: 7, boot: 900, stamp: 5, dropsNewest: false }) !== 0) throw new Wrong('refused');
      const recovered = device.retained();
      const whole = imageOf(recovered);
      compareWalk(device, whole);
      this.#compare(recovered, whole, pending, `${where}, recovered`);
      if (image !== undefined)
        for (const number of closedOf(image))
          if (number >= whole.tail && !closedOf(whole).has(number)) throw new Wrong(`recovery loses ${number}`);
    } catch (error) {
      if (error instanceof Error) error.message = `${where}, call ${pending.call}: ${error.message}`;
      throw error;
    }
  }

  #compare(bytes: Uint8Array, image: RingImage, pending: Pending, where: string): void {
    this.images += 1;
    this.#batch.push({ image: bytes.slice(), shown: image.entries.map(shownByReader).join(''), where });
    const { segments, damage } = decodeLogRing(bytes, { dictionaryOf: () => this.#dictionary, trustsGaps: true });
    // The host may say what is half written in the header, and must read on all the same. While a segment start is the oldest entry its note is not used.
    const isTorn = where.endsWith('torn');
    const isUsed = image.entries[0]?.kind !== KIND.segment;
    const isWrong = damage.some(({ offset }) => (offset !== RELEASED || !isTorn) && (offset !== NOTE || (isUsed && !isTorn)));
    if (isWrong) throw new Wrong(`damage: ${JSON.stringify(damage)}`);
    const lines = segments.flatMap((segment) => segment.lines);
    const found = new Map<number, string>();
    let lost = 0;
    for (const { kind, number, level, text, data, lost: count } of lines) {
      if (kind === 'gap') lost += count ?? 0;
      else found.set(number, `${kind === 'text' ? kind : level} ${text}${data === undefined ? '' : ` ${data}`}`);
    }
    this.lines += found.size;
    const closed = closedOf(image);
    if ([...found.keys()].join() !== [...closed].join()) throw new Wrong(`lines ${[...found.keys()]}, closed are ${[...closed]}`);
    for (const [number, text] of found) {
      const expected = this.#expected.texts.get(number) ?? (pending.call === undefined ? undefined : textOf(pending.call));
      if (text !== expected) throw new Wrong(`line ${number} is ${JSON.stringify(text)}, not ${JSON.stringify(expected)}`);
    }
    for (const number of this.#expected.texts.keys())
      if (number >= image.tail && !found.has(number)) throw new Wrong(`line ${number} is missing, the tail is ${image.tail}`);
    this.#compareLost(image, lost, pending);
  }

  /** Gaps that are in the ring and what is not in one yet; the host tells the same. */
  #compareLost(image: RingImage, told: number, pending: Pending): void {
    const gaps = image.entries.filter(({ kind }) => kind === KIND.gap).reduce((sum, entry) => sum + gapCount(entry), image.lost);
    if (gaps !== told) throw new Wrong(`the host tells of ${told} lost, the ring of ${gaps}`);
    // A gap that was overwritten takes its count along.
    if (gaps > pending.lost) throw new Wrong(`${gaps} lost, only ${pending.lost} were`);
  }
  #readBatch(): void {
    const found = this.#reader.read(this.#batch.map(({ image }) => image));
    this.#batch.forEach(({ shown, where }, index) => {
      expect(closedOnly(found[index] ?? 'none'), `${where}: what the bootloader's reader finds`).toBe(closedOnly(shown));
    });
    this.#batch.length = 0;
  }
}

/** Without entries that were never closed, which have no line. */
function closedOnly(entries: string): string {
  return entries.replaceAll(/\d+,7,\S+ /g, '');
}

function imageOf(bytes: Uint8Array): RingImage {
  const image = readImage(bytes);
  if (image === undefined) throw new Wrong('no ring');
  return image;
}

/** Numbers of what shows a line. */
function closedOf(image: RingImage): Set<number> {
  return new Set(image.entries.filter(({ kind }) => kind <= KIND.hexdump).map(({ number }) => number));
}

/** As reader.c prints it. */
function shownByReader({ number, kind, stamp, body }: ImageEntry): string {
  let [id, at] = [0, 0];
  if (kind === KIND.log || kind === KIND.hexdump)
    for (let shift = 0, byte = 0x80; byte >= 0x80 && shift < 32; shift += 7) {
      byte = body[at++] ?? 0;
      id = (id | ((byte & 127) << shift)) >>> 0;
    }
  const rest = body.subarray(at);
  const sum = rest.reduce((total, byte) => (Math.imul(total, 31) + byte) >>> 0, 0);
  return `${number},${kind},${stamp},${id},${rest.length},${sum} `;
}
