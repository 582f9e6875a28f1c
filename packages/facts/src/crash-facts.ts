/** From a crash, and its trace if there is one, to what lists, groups and titles it: grouping `g1`. */
import type { CrashFacts, CrashRecord, Trace, TraceThread } from '@noinit/model';
import { findRecursion } from '@noinit/postmortem';
import { faultToken, isNullPage } from './fault-token.ts';
import { classOf, grouped, placeOf, whereOf } from './fingerprint.ts';
import { type LogicalFrame, logicalFrames } from './logical-frames.ts';
import { nameOfClass, templateOf, titleOf } from './title.ts';

/** Frames of the project's own code that tell one bug from another. */
const PRIMARY_FRAMES = 5;

/**
 * What can be said without symbols: crashes of one build at one place are one issue. `trace`, made without symbols, gives
 * better words; the grouping is the same with it and without.
 */
export function rawCrashFacts(record: CrashRecord, trace?: Trace): CrashFacts {
  const registers = record.dump.threads[0]?.registers;
  const kind = classOf(record.dump.cause);
  const pc = placeOf(registers?.['pc']);
  const named = trace?.fault.class ?? kind;
  const title = `${nameOfClass(named)} at ${pc}`;
  return {
    ...grouped(['raw', record.build, kind, pc, placeOf(registers?.['lr'])]),
    class: named,
    title,
    sentence: trace?.fault.sentence ?? `${title}, build ${record.build}.`,
  };
}

/** What a trace with symbols says. Crashes of other builds with the same calls are the same issue. */
export function crashFacts(record: CrashRecord, trace: Trace): CrashFacts {
  const thread = trace.threads.find((each) => each.crashed) ?? trace.threads[0];
  const frames = logicalFrames(thread?.frames ?? []);
  const tokens = frameTokens(frames, trace, thread);
  // Nothing to tell it by: better one issue for each place in this build than one for all of them.
  if (tokens.length === 0) return rawCrashFacts(record, trace);
  const place =
    overflowPlace(trace, thread) ?? frames.find((each) => each.own && each.frame) ?? frames.find((each) => each.frame);
  return {
    ...grouped([faultToken(trace.fault), ...tokens]),
    class: trace.fault.class,
    title: titleOf(trace.fault, place?.frame?.function, isNullCall(trace, thread)),
    sentence: trace.fault.sentence,
    ...whereOf(place),
  };
}

/** A stack that overflowed is about the function that filled it, not about the one that happened to notice. */
function overflowPlace(trace: Trace, thread: TraceThread | undefined): Pick<LogicalFrame, 'frame'> | undefined {
  return trace.fault.class === 'stack-overflow' ? findRecursion(thread?.frames ?? []) : undefined;
}

function frameTokens(frames: readonly LogicalFrame[], trace: Trace, thread: TraceThread | undefined): readonly string[] {
  const own = frames.filter((each) => each.own);
  const telling = (own.length > 0 ? frames.filter((each) => each.own || !each.frame) : frames).map((each) => each.token);
  const threadToken = thread ? [`<thread:${thread.name}>`] : [];
  // Where the stack ran out is chance; whose stack it was is not.
  if (trace.fault.class === 'stack-overflow') return threadToken;
  if (trace.fault.class === 'watchdog') return telling.slice(0, 1);
  // Assertions of one function may share one call, and so every frame.
  const site = trace.fault.assertion === undefined ? [] : [templateOf(trace.fault.assertion)];
  if (frames.length === 1) return [...site, ...telling, ...threadToken];
  return [...site, ...telling.slice(0, PRIMARY_FRAMES)];
}

/** A call through a NULL pointer leaves the pc where no code is. */
function isNullCall(trace: Trace, thread: TraceThread | undefined): boolean {
  const innermost = thread?.frames.find((frame) => frame.kind !== 'exception');
  return isNullPage(trace.fault.address ?? innermost?.pc);
}
