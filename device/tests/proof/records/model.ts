/**
 * What must be readable after a reset, told from the operations alone: docs/formats/reboot.md, postcard.md and crash.md, and nothing of how
 * the SDK keeps it. An operation is a row of steps; a cut leaves what one of its prefixes leaves, never anything else.
 */
import type { Config } from './device.ts';
import type { RecordOp } from './script.ts';

const UNEXPECTED = 0x8000;
export const REASON = {
  powerOn: 1,
  pin: 2,
  software: 3,
  unknown: 0x8000,
  fault: 0x8001,
  watchdog: 0x8003,
  outOfMemory: 0x8006,
  captureFailed: 0x800a,
} as const;
const STALE_MS = 60_000;
const HEALTHY_MS = 60_000;
/** Cause, two register sets, the stack, the end. */
export const CRASH_ITEMS = 5;

interface Mark {
  readonly reason: number;
  readonly pc: number;
  readonly lr: number;
  readonly uptime: number;
}

interface Sign {
  uptime: number;
  interval: number;
  task: number;
  pc: number;
}

interface BootEntry {
  readonly boot: number;
  readonly told: string;
  hasVersion: boolean;
}

interface Slot {
  readonly boot: number;
  readonly sequence: number;
  readonly cause: number;
  readonly reason: number;
  readonly pc: number;
  items: number;
}

/** What the next message carries. */
type Flight =
  | { readonly kind: 'boot' | 'reboot' | 'postcard'; readonly boot: number }
  | { readonly kind: 'crash'; readonly sequence: number };

/** A step of an operation; a cut is behind some of them. */
export interface Step {
  readonly name: string;
  readonly change: (model: RecordsModel) => void;
  /** May be seen before the next one, which does not build on it. */
  readonly isAside?: true;
}

/** The port of machine.c. */
export function decodeCause(raw: number): number {
  if ((raw & 16) !== 0) return REASON.watchdog;
  if ((raw & 8) !== 0) return REASON.software;
  if ((raw & 4) !== 0) return REASON.pin;
  return (raw & 1) !== 0 ? REASON.powerOn : REASON.unknown;
}

const hex = (value: number): string => value.toString(16);
const tellMark = (mark: Mark | undefined): string =>
  mark === undefined ? '-' : `${hex(mark.reason)} ${mark.pc} ${mark.lr} @${mark.uptime}`;

export class RecordsModel {
  readonly config: Config;
  boot = 0;
  /** The reset-cause register, and what a start that did not come through had read of it. */
  register = 0;
  kept: number | undefined;
  sign: Sign = { uptime: 0, interval: 0, task: 0, pc: 0 };
  marks: (Mark | undefined)[] = [undefined, undefined];
  isCapturing = false;
  counts = { unexpected: 0, crashes: 0, unhealthy: 0 };
  operating = 0;
  sequence = 1;
  boots: BootEntry[] = [];
  reboots: { readonly boot: number; readonly told: string }[] = [];
  postcards: { readonly boot: number; readonly told: string }[] = [];
  slots: (Slot | undefined)[];
  flight: Flight | undefined;
  uptime = 0;
  /** Name of the step that led here. */
  step = 'nothing';

  constructor(config: Config) {
    this.config = config;
    this.slots = Array.from({ length: config.slots }, () => undefined);
  }

  clone(): RecordsModel {
    const copy = new RecordsModel(this.config);
    Object.assign(copy, this);
    copy.sign = { ...this.sign };
    copy.marks = [...this.marks];
    copy.counts = { ...this.counts };
    copy.boots = this.boots.map((entry) => ({ ...entry }));
    copy.reboots = [...this.reboots];
    copy.postcards = [...this.postcards];
    copy.slots = this.slots.map((slot) => (slot === undefined ? undefined : { ...slot }));
    return copy;
  }

  put(fields: Partial<RecordsModel>): void {
    Object.assign(this, fields);
  }

  setMark(place: number, mark: Mark | undefined): void {
    this.marks = this.marks.map((old, index) => (index === place ? mark : old));
  }

  setSlot(place: number, slot: Slot | undefined): void {
    this.slots = this.slots.map((old, index) => (index === place ? slot : old));
  }

  /** The states that a cut of this operation may leave, from untouched to done. */
  statesOf(op: RecordOp): RecordsModel[] {
    const states: RecordsModel[] = [this];
    let now = this.clone();
    for (const { name, change, isAside } of this.steps(op)) {
      const next = now.clone();
      change(next);
      next.step = name;
      states.push(next);
      if (isAside === undefined) now = next;
    }
    return states;
  }

  /** Of the operation from this state on. */
  steps(op: RecordOp): Step[] {
    switch (op.kind) {
      case 'start':
        return this.#startSteps(op.hasVersion);
      case 'mark':
        return this.#markSteps(op.reason, op.pc, op.lr, this.uptime);
      case 'unmark':
        return [
          { name: 'later mark taken back', change: (m) => m.setMark(1, undefined) },
          { name: 'first mark taken back', change: (m) => m.setMark(0, undefined) },
        ];
      case 'alive':
        return this.#aliveSteps(op.uptime, op.task, op.pc);
      case 'crash':
        return this.#crashSteps(op);
      case 'snapshot':
        return [
          { name: 'capture open', change: (m) => m.put({ isCapturing: true }) },
          ...this.#slotSteps({ cause: 5, reason: op.reason, pc: 0 }, true),
          { name: 'capture closed', change: (m) => m.put({ isCapturing: false }) },
        ];
      case 'pull':
        return [{ name: 'message begun', change: (m) => m.put({ flight: m.flight ?? m.#next() }) }];
      case 'ack':
        return [{ name: 'record released', change: (m) => m.#release() }];
      case 'healthy':
        return [{ name: 'healthy', change: (m) => m.put({ counts: { ...m.counts, unhealthy: 0 } }) }];
      case 'clear':
        return [{ name: 'count cleared', change: (m) => m.put({ counts: { ...m.counts, unexpected: 0 } }) }];
      case 'collect':
        return [{ name: 'version known', change: (m) => m.#collect() }];
      case 'stash':
        return [{ name: 'stash', change: (m) => m.put({ register: op.raw }) }];
      case 'wait':
        return [{ name: 'time', change: (m) => m.put({ uptime: op.uptime }) }];
    }
  }

  /** Whether this boot may send: its own record comes first, and waits for the version. */
  get isHeld(): boolean {
    return this.boots.some(({ boot, hasVersion }) => boot === this.boot && !hasVersion);
  }

  /** All that waits, in the order in which it is sent. */
  waiting(): string[] {
    const places = [...new Set([...this.boots, ...this.reboots].map(({ boot }) => boot))].sort((a, b) => a - b);
    const told = places.flatMap((boot) => [
      ...this.boots
        .filter((entry) => entry.boot === boot)
        .map(({ told, hasVersion }) => `${told}${hasVersion ? '' : ' without version'}`),
      ...this.reboots.filter((entry) => entry.boot === boot).map(({ told }) => told),
    ]);
    if (this.isHeld) return told.slice(0, -1);
    return [...told, ...this.postcards.map(({ told }) => told), ...this.#crashes().map(tellSlot)];
  }

  #crashes(): Slot[] {
    return this.slots
      .filter((slot) => slot !== undefined && slot.items > 0)
      .sort((a, b) => (a?.sequence ?? 0) - (b?.sequence ?? 0)) as Slot[];
  }

  #next(): Flight | undefined {
    const oldest = Math.min(...[...this.boots, ...this.reboots].map(({ boot }) => boot));
    if (this.boots.some(({ boot }) => boot === oldest))
      return this.isHeld && oldest === this.boot ? undefined : { kind: 'boot', boot: oldest };
    if (oldest !== Number.POSITIVE_INFINITY) return { kind: 'reboot', boot: oldest };
    const [postcard] = this.postcards;
    if (postcard !== undefined) return { kind: 'postcard', boot: postcard.boot };
    const [crash] = this.#crashes();
    return crash === undefined ? undefined : { kind: 'crash', sequence: crash.sequence };
  }

  #release(): void {
    const { flight } = this;
    this.flight = undefined;
    if (flight === undefined) return;
    if (flight.kind === 'crash') this.slots = this.slots.map((slot) => (slot?.sequence === flight.sequence ? undefined : slot));
    else if (flight.kind === 'boot') this.boots = this.boots.filter(({ boot }) => boot !== flight.boot);
    else if (flight.kind === 'reboot') this.reboots = this.reboots.filter(({ boot }) => boot !== flight.boot);
    else this.postcards = this.postcards.filter(({ boot }) => boot !== flight.boot);
  }

  #collect(): void {
    for (const entry of this.boots) if (entry.boot === this.boot) entry.hasVersion = true;
  }

  #aliveSteps(uptime: number, task: number, pc: number): Step[] {
    const interval = uptime - this.sign.uptime;
    const isHealthy = uptime >= HEALTHY_MS && this.counts.unhealthy !== 0;
    return [
      // What ran comes before when, in whichever order.
      { name: 'place alone', change: (m) => m.put({ sign: { ...m.sign, pc } }), isAside: true },
      { name: 'task', change: (m) => m.put({ sign: { ...m.sign, task } }) },
      { name: 'place', change: (m) => m.put({ uptime, sign: { ...m.sign, pc } }) },
      { name: 'uptime', change: (m) => m.put({ sign: { ...m.sign, uptime } }) },
      { name: 'interval', change: (m) => m.put({ sign: { ...m.sign, interval } }) },
      ...(isHealthy ? [{ name: 'healthy', change: (m: RecordsModel) => m.put({ counts: { ...m.counts, unhealthy: 0 } }) }] : []),
    ];
  }

  #counts(mark: Mark | undefined, uptime: number): mark is Mark {
    return mark !== undefined && uptime - mark.uptime <= STALE_MS;
  }

  #markSteps(reason: number, pc: number, lr: number, uptime: number): Step[] {
    const seen: Step = { name: 'uptime', change: (m) => m.put({ sign: { ...m.sign, uptime } }) };
    // The first, unless one counts; then the first unexpected one after it.
    const afterFirst = (reason & UNEXPECTED) !== 0 ? 1 : 2;
    const place = this.#counts(this.marks[1], uptime) ? 2 : this.#counts(this.marks[0], uptime) ? afterFirst : 0;
    if (place === 2) return [seen];
    const stale: Step = { name: 'stale mark gone', change: (m) => m.setMark(place, undefined) };
    const mark: Step = { name: 'mark', change: (m) => m.setMark(place, { reason, pc, lr, uptime }) };
    return [seen, ...(this.marks[place] === undefined ? [] : [stale]), mark];
  }

  #crashSteps(op: RecordOp & { readonly kind: 'crash' }): Step[] {
    const own = op.cause === 1 ? REASON.fault : REASON.outOfMemory;
    const reason = this.#reasonWith(own, op.pc, op.lr);
    const steps: Step[] = [{ name: 'capture open', change: (m) => m.put({ isCapturing: true }) }];
    steps.push(...this.#markSteps(own, op.pc, op.lr, this.uptime));
    if (this.config.postcards > 0 && !this.postcards.some(({ boot }) => boot === this.boot)) {
      const told = `postcard ${this.boot}: cause ${op.cause} ${hex(reason)} ${op.pc} ${op.lr} ${hex(op.bits)}`;
      if (this.postcards.length === this.config.postcards)
        steps.push({ name: 'oldest postcard gone', change: (m) => m.put({ postcards: m.postcards.slice(1) }) });
      steps.push({ name: 'postcard', change: (m) => m.put({ postcards: [...m.postcards, { boot: m.boot, told }] }) });
    }
    steps.push(...this.#slotSteps({ cause: op.cause, reason, pc: op.pc }, false));
    steps.push({ name: 'capture closed', change: (m) => m.put({ isCapturing: false }) });
    return steps;
  }

  /** What counts once this mark is made. */
  #reasonWith(reason: number, pc: number, lr: number): number {
    const marked = this.clone();
    for (const { change } of this.#markSteps(reason, pc, lr, this.uptime)) change(marked);
    return marked.marks.find((mark) => this.#counts(mark, this.uptime))?.reason ?? reason;
  }

  /** A slot's record: the place is taken, then it grows item by item. */
  #slotSteps(crash: Pick<Slot, 'cause' | 'reason' | 'pc'>, isSnapshot: boolean): Step[] {
    const place = this.#choose(isSnapshot);
    if (place === undefined) return [];
    const { sequence } = this;
    const items = Array.from({ length: CRASH_ITEMS }, (_, index): Step => {
      return {
        name: `item ${index + 1}`,
        change: (m) => m.setSlot(place, { ...crash, boot: m.boot, sequence, items: index + 1 }),
      };
    });
    const number: Step = { name: 'number', change: (m) => m.put({ sequence: m.sequence + 1 }) };
    return [number, { name: 'slot free', change: (m) => m.setSlot(place, undefined) }, ...items];
  }

  #choose(isSnapshot: boolean): number | undefined {
    const free = this.slots.findIndex((slot) => slot === undefined || slot.items === 0);
    if (free >= 0) return free;
    const { policy, slots } = this.config;
    if (isSnapshot || policy === 2 || (policy === 0 && slots === 1)) return undefined;
    const sequences = this.slots.map((slot) => slot?.sequence ?? 0);
    return sequences.indexOf(policy === 1 ? Math.min(...sequences) : Math.max(...sequences));
  }

  /** `register` holds what the chip says. */
  #startSteps(hasVersion: boolean): Step[] {
    const raw = this.kept ?? this.register;
    const gone = this.boot + 1 - this.config.boots;
    const isGone = (entries: readonly { boot: number }[]): boolean => entries.some(({ boot }) => boot === gone);
    const steps: Step[] = [{ name: 'cause kept', change: (m) => m.put({ kept: raw }) }];
    steps.push({ name: 'register cleared', change: (m) => m.put({ register: 0 }) });
    if (isGone(this.reboots))
      steps.push({
        name: 'oldest reboot gone',
        change: (m) => m.put({ reboots: m.reboots.filter(({ boot }) => boot !== gone) }),
      });
    if (isGone(this.boots))
      steps.push({ name: 'oldest boot gone', change: (m) => m.put({ boots: m.boots.filter(({ boot }) => boot !== gone) }) });
    steps.push({ name: 'boot open', change: (m) => m.#open(raw, hasVersion) });
    return steps;
  }

  #open(raw: number, hasVersion: boolean): void {
    const isWhole = this.boot > 0;
    if (isWhole) this.#close(raw);
    this.boot += 1;
    const { unexpected, crashes, unhealthy } = this.counts;
    const told = `boot ${this.boot}: raw ${raw} whole ${isWhole} counts ${unexpected} ${crashes} ${unhealthy} ran ${this.operating}`;
    this.boots.push({ boot: this.boot, told, hasVersion });
    this.put({ kept: undefined, isCapturing: false, flight: undefined, uptime: 0, marks: [undefined, undefined] });
    this.sign = { uptime: 0, interval: 0, task: 0, pc: 0 };
  }

  #close(raw: number): void {
    const hardware = decodeCause(raw);
    const { sign, marks, counts } = this;
    const counting = marks.filter((mark) => this.#counts(mark, sign.uptime));
    let reason = counting[0]?.reason ?? hardware;
    if (this.isCapturing) reason = REASON.captureFailed;
    const unexpected = [reason, ...counting.map((mark) => mark?.reason ?? 0)].some((one) => (one & UNEXPECTED) !== 0);
    this.reboots.push({
      boot: this.boot,
      told: `reboot ${this.boot}: ${hex(reason)} by ${hex(hardware)} ${raw}${unexpected ? ' unexpected' : ''} marks ${tellMark(marks[0])}, ${tellMark(marks[1])} up ${sign.uptime} every ${sign.interval} in ${sign.task} ${sign.pc}`,
    });
    if (hardware === REASON.powerOn) counts.unexpected = 0;
    if (unexpected) {
      counts.unexpected += 1;
      counts.crashes += 1;
      counts.unhealthy += 1;
    }
    this.operating += sign.uptime;
  }
}

export function tellSlot({ boot, sequence, cause, reason, pc, items }: Slot): string {
  return `crash ${boot} #${sequence}: cause ${cause} ${hex(reason)} items ${items}${items >= 2 ? ` at ${pc}` : ''}${items >= 4 ? ` stack ${pc}` : ''}`;
}
