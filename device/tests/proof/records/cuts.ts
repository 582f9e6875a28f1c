/** Cuts a script behind every store into retained RAM, starts again, and asks the model what must come out; and cuts that start too. */
import { RecordsDevice, type RecordsModule, type Remains } from './device.ts';
import { RecordsModel } from './model.ts';
import type { RecordOp } from './script.ts';
import { tellMessage } from './tell.ts';

export class Wrong extends Error {}

/** What the chip says at the start after a cut: the pin, with whatever stands in its register already. */
const PIN = 4;
const START: RecordOp = { kind: 'start', hasVersion: true };

export interface RecordPlan {
  readonly built: RecordsModule;
  readonly steps: number;
  /** The operation before a reset gives the bits that the chip adds to its register. */
  readonly choose: (situation: Situation) => { readonly op: RecordOp; readonly cause: number };
  /** Cut the start after every n-th cut behind each of its stores; 0: never. */
  readonly recoveryEvery: number;
  /** False: only plays the script and checks it whole. */
  readonly isCut?: boolean;
}

export interface Situation {
  readonly step: number;
  readonly hasEnded: boolean;
  readonly model: RecordsModel;
}

export interface RecordTally {
  cuts: number;
  recoveryCuts: number;
  /** Names of the steps behind which a cut was seen. */
  readonly seen: Set<string>;
  readonly trace: Played[];
}

/** An operation that ran, and what a cut of it may leave. */
export interface Played {
  readonly op: RecordOp;
  readonly states: readonly RecordsModel[];
  readonly register: number;
}

export function noise(built: RecordsModule): Uint8Array {
  return Uint8Array.from({ length: built.high - built.low }, (_, i) => i * 37 + 11);
}

export const newTally = (): RecordTally => ({ cuts: 0, recoveryCuts: 0, seen: new Set(), trace: [] });

export function cutRecords(plan: RecordPlan): RecordTally {
  const tally = newTally();
  const { built } = plan;
  let model = new RecordsModel(built.config);
  let device = new RecordsDevice(built, { retained: noise(built), register: 0 });
  let hasEnded = true;
  const ids = new Set<number>();
  for (let step = 0; step < plan.steps; step++) {
    const { op, cause } = plan.choose({ step, hasEnded, model });
    try {
      if (op.kind === 'start') {
        const { retained, register } = device.remains();
        model = model.clone();
        model.register = register | cause;
        device = new RecordsDevice(built, { retained, register: model.register });
      }
      const states = model.statesOf(op);
      tally.trace.push({ op, states, register: model.register });
      const memory = device.memory();
      const stores = device.stores;
      const result = device.step(op);
      const total = device.stores - stores;
      const given = op.kind === 'pull' && typeof result === 'number' ? checkPulled(device, result, states) : undefined;
      if (op.kind === 'start' && result !== 0) throw new Wrong(`start gives ${result}`);
      hasEnded = result === 'reset';
      if (hasEnded !== (op.kind === 'crash')) throw new Wrong(`result ${result}`);
      if (plan.isCut !== false) cutEach({ plan, tally, memory, op, states, total, ids });
      model = states.at(-1) ?? model;
      if (given !== undefined) takeId(given, ids);
      settle(built, device.remains(), model, ids);
    } catch (error) {
      if (error instanceof Error) error.message = `step ${step}, ${JSON.stringify(op)}: ${error.message}`;
      throw error;
    }
  }
  return tally;
}

/** A message that is sent is the first that waits; gives its chunk. */
function checkPulled(device: RecordsDevice, size: number, states: readonly RecordsModel[]): Uint8Array | undefined {
  const [before, after] = states;
  if (size === 0) {
    if (before?.flight === undefined && after?.flight !== undefined) throw new Wrong('nothing is sent');
    return undefined;
  }
  if (before?.flight !== undefined) throw new Wrong('sends a second message before the first is acknowledged');
  const chunk = device.chunk(size);
  const told = tellMessage(chunk.subarray(5));
  if (told !== before?.waiting()[0]) throw new Wrong(`sends\n${told}\ninstead of\n${before?.waiting()[0]}`);
  return chunk;
}

/** No message of a lineage has the id of another. */
function takeId(chunk: Uint8Array, ids: Set<number>): void {
  const id = (chunk[1] ?? 0) | ((chunk[2] ?? 0) << 8) | ((chunk[3] ?? 0) << 16);
  if (ids.has(id)) throw new Wrong(`message id ${id} again`);
  ids.add(id);
}

interface CutOf {
  readonly plan: RecordPlan;
  readonly tally: RecordTally;
  readonly memory: Uint8Array;
  readonly op: RecordOp;
  readonly states: readonly RecordsModel[];
  readonly total: number;
  readonly ids: ReadonlySet<number>;
}

function cutEach(cut: CutOf): void {
  const { plan, tally, memory, op, states, total, ids } = cut;
  let from = 0;
  const device = new RecordsDevice(plan.built, { retained: noise(plan.built), register: 0 });
  for (let k = 0; k < total; k++) {
    device.restore(memory);
    if (device.stepCut(op, k)) throw new Wrong(`not cut at ${k} of ${total}`);
    tally.cuts += 1;
    from = explain(`cut before store ${k} of ${total}`, () => checkAfterCut(plan, tally, device.remains(), states, from, ids));
  }
}

/** What a reset at this moment leaves; gives which of the states it is. */
export function checkAfterCut(
  plan: Pick<RecordPlan, 'built' | 'recoveryEvery'>,
  tally: RecordTally,
  remains: Remains,
  states: readonly RecordsModel[],
  from: number,
  ids: ReadonlySet<number>,
): number {
  const index = match(plan.built, remains, states, from, ids);
  const state = states[index];
  if (index > 0) tally.seen.add(state?.step ?? '');
  if (plan.recoveryEvery === 0 || tally.cuts % plan.recoveryEvery !== 0 || state === undefined) return index;
  const next = { retained: remains.retained, register: remains.register | PIN };
  const asked = state.clone();
  asked.register |= PIN;
  const begun = asked.statesOf(START);
  let at = 0;
  for (let j = 0; ; j++) {
    const device = restart(plan.built, next);
    if (device.stepCut(START, j)) break;
    tally.recoveryCuts += 1;
    at = explain(`start cut before store ${j}`, () => match(plan.built, device.remains(), begun, at, ids));
  }
  return index;
}

function settle(built: RecordsModule, remains: Remains, model: RecordsModel, ids: ReadonlySet<number>): void {
  match(built, remains, [model], 0, ids);
}

export function matchState(built: RecordsModule, remains: Remains, states: readonly RecordsModel[], from: number): number {
  return match(built, remains, states, from, new Set());
}

/** Starts over these remains, sends everything, and finds the state that explains it, not before `from`. */
function match(
  built: RecordsModule,
  remains: Remains,
  states: readonly RecordsModel[],
  from: number,
  ids: ReadonlySet<number>,
): number {
  const told = probe(built, remains, ids).join('\n');
  const expected = states.map(expectedAfter);
  const index = expected.findIndex((one, at) => at >= from && one === told);
  if (index < 0)
    throw new Wrong(`says\n${told}\nwhich is none of ${states.length}, the first\n${unlike(told, expected.slice(from))}`);
  return index;
}

/** The lines of the first two states that the device did not say. */
function unlike(told: string, expected: readonly string[]): string {
  const lines = told.split('\n');
  const missing = expected.slice(0, 2).map((one) => one.split('\n').filter((line) => !lines.includes(line)));
  return missing.map((one) => one.join('\n')).join('\n--\n');
}

const probes = new WeakMap<RecordsModule, RecordsDevice>();

/** A device as a reset leaves it; the same one each time, which is much faster. */
function restart(built: RecordsModule, remains: Remains): RecordsDevice {
  const device = probes.get(built) ?? new RecordsDevice(built, remains);
  probes.set(built, device);
  device.restart(remains);
  return device;
}

function probe(built: RecordsModule, { retained, register }: Remains, ids: ReadonlySet<number>): string[] {
  const device = restart(built, { retained, register: register | PIN });
  const result = device.step(START);
  if (result !== 0) throw new Wrong(`the start after it gives ${result}`);
  return drain(device, ids);
}

/** Every message, acknowledged; two records or message ids of it are never the same. */
export function drain(device: RecordsDevice, given: ReadonlySet<number> = new Set()): string[] {
  const told: string[] = [];
  const ids = new Set(given);
  for (;;) {
    const size = device.step({ kind: 'pull' });
    if (typeof size !== 'number' || size === 0) return told;
    const chunk = device.chunk(size);
    told.push(tellMessage(chunk.subarray(5)));
    takeId(chunk, ids);
    if (told.length > 40) throw new Wrong('sends for ever');
    const result = device.step({ kind: 'ack' });
    if (result !== 0) throw new Wrong(`an acknowledgement gives ${result}`);
  }
}

const expectedOf = new WeakMap<RecordsModel, string>();

/** What the start after this state sends. */
function expectedAfter(state: RecordsModel): string {
  const known = expectedOf.get(state);
  if (known !== undefined) return known;
  const begun = state.clone();
  begun.register |= PIN;
  const expected = (begun.statesOf(START).at(-1) ?? begun).waiting().join('\n');
  expectedOf.set(state, expected);
  return expected;
}

function explain<T>(where: string, code: () => T): T {
  try {
    return code();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}
