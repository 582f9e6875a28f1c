/**
 * From a postcard to what lists, groups and titles it, as long as its crash record is not here. It has one place and no stack, so its
 * grouping is coarser than a crash's and never the same: an issue of postcards empties itself when the crash records come.
 */
import { type CrashFacts, CUSTOM_BIT, describeReason, type PostcardRecord, type Trace } from '@noinit/model';
import { classOf, grouped, placeOf, whereOf } from './fingerprint.ts';
import { type LogicalFrame, logicalFrames } from './logical-frames.ts';
import { nameOfClass } from './title.ts';

const KIND = 'postcard';

/** What can be said without symbols: postcards of one build with one reason and one place are one issue. */
export function rawPostcardFacts(record: PostcardRecord, trace?: Trace): CrashFacts {
  const { reason, build } = record;
  const named = trace?.fault.class ?? classOf(record.cause);
  const pc = placeOf(record.pc);
  const title = `${whatOf(record, named, trace)} at ${pc}`;
  return {
    ...grouped([KIND, 'raw', build, describeReason(reason).name, pc]),
    class: named,
    title,
    sentence: trace?.fault.sentence ?? `${title}, build ${build}.`,
  };
}

/** With symbols the place is a function: postcards of other builds with the same reason in it are the same issue. */
export function postcardFacts(record: PostcardRecord, trace: Trace): CrashFacts {
  const place = placeIn(trace);
  if (place === undefined) return rawPostcardFacts(record, trace);
  const { fault } = trace;
  return {
    ...grouped([KIND, reasonName(record, trace), place.token]),
    class: fault.class,
    title: `${whatOf(record, fault.class, trace)} in ${place.frame.function}`,
    sentence: fault.sentence,
    ...whereOf(place),
  };
}

function placeIn(trace: Trace): Named | undefined {
  const thread = trace.threads.find((each) => each.crashed) ?? trace.threads[0];
  const named = logicalFrames(thread?.frames ?? []).filter((each): each is Named => each.frame !== undefined);
  return named.find((each) => each.own) ?? named[0];
}

type Named = LogicalFrame & Required<Pick<LogicalFrame, 'frame'>>;

/** A reason of the project's own says more than the kind of crash; of ours, the kind of crash says the same in plainer words. */
function whatOf(record: PostcardRecord, named: CrashFacts['class'], trace: Trace | undefined): string {
  const isOwn = (record.reason & CUSTOM_BIT) !== 0;
  return isOwn || named === 'unknown' ? reasonName(record, trace) : nameOfClass(named);
}

/** By the name that the build gives it: other builds may give the name another number. */
function reasonName({ reason }: PostcardRecord, trace: Trace | undefined): string {
  return trace?.fault.reason?.name ?? describeReason(reason).name;
}
