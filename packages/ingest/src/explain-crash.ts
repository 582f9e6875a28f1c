/** One crash, or one postcard, that is due: explained with its build's symbols where they are here, without any where not. */
import { crashFacts, postcardFacts, rawCrashFacts, rawPostcardFacts } from '@noinit/facts';
import type { BuildId, CrashFacts, CrashRecord, PostcardRecord, Trace } from '@noinit/model';
import type { CrashExplanation, DueCrash } from '@noinit/store';
import { scanCutMessage, scanMessage } from '@noinit/wire';
import type { Explainer, Explanation } from './explainer.ts';
import type { ProcessorStore } from './processor-store.ts';

/** False where the crash changed meanwhile (its symbols came, its end came): then it is still due. */
export async function explainCrash(store: ProcessorStore, explainer: Explainer, due: DueCrash): Promise<boolean> {
  return store.events.saveExplanation(await explanationOf(explainer, due));
}

async function explanationOf(explainer: Explainer, due: DueCrash): Promise<CrashExplanation> {
  const record = dueRecord(due);
  const found = { project: due.project, id: due.id, digest: due.digest };
  if (due.build === undefined) return { ...found, ...(await withoutSymbols(explainer, due, record)) };
  const answer = await explainSafely(explainer, due, due.build);
  if (answer.kind === 'trace')
    return { ...found, build: due.build, facts: explainedFacts(record, answer.trace), trace: answer.trace };
  const { code, detail } = answer;
  // The registers can be shown all the same.
  return { ...found, ...(await withoutSymbols(explainer, due, record)), build: due.build, failure: { code, detail } };
}

async function withoutSymbols(explainer: Explainer, due: DueCrash, record: DueRecord) {
  const answer = await explainSafely(explainer, due, undefined);
  if (answer.kind === 'refused') return { facts: rawFacts(record), failure: { code: answer.code, detail: answer.detail } };
  return { facts: rawFacts(record, answer.trace), trace: answer.trace };
}

/** An explainer that fails is an answer too: the crash stays readable, and the reason is shown. */
async function explainSafely(explainer: Explainer, due: DueCrash, build: BuildId | undefined): Promise<Explanation> {
  const job = { project: due.project, dumpMessage: due.message, ...(build === undefined ? {} : { build }) };
  try {
    const answer = await explainer.explain(job);
    return answer.kind === 'trace' ? checked(answer.trace, build) : answer;
  } catch (error) {
    return { kind: 'refused', code: 'internal', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** A trace made with another build's symbols is never used. */
function checked(trace: Trace, build: BuildId | undefined): Explanation {
  const used = trace.build.symbols === 'none' ? undefined : trace.build.id;
  if (used === build) return { kind: 'trace', trace };
  return {
    kind: 'refused',
    code: 'wrong-symbols',
    detail: `explained with ${used ?? 'no symbols'} instead of ${build ?? 'none'}`,
  };
}

type DueRecord = CrashRecord | PostcardRecord;

function explainedFacts(record: DueRecord, trace: Trace): CrashFacts {
  return record.kind === 'crash' ? crashFacts(record, trace) : postcardFacts(record, trace);
}

function rawFacts(record: DueRecord, trace?: Trace): CrashFacts {
  return record.kind === 'crash' ? rawCrashFacts(record, trace) : rawPostcardFacts(record, trace);
}

function dueRecord(due: DueCrash): DueRecord {
  const whole = scanMessage(due.message);
  const { record } = whole.record ? whole : scanCutMessage(due.message);
  if (record?.kind !== 'crash' && record?.kind !== 'postcard') throw new TypeError(`the message of crash ${due.id} is no crash`);
  return record;
}
