import type { ReactNode } from 'react';
import { Refusal } from '../data/client.ts';
import type { Answer } from '../data/queries.ts';

interface AnsweredProps<Data> {
  readonly answer: Answer<Data>;
  /** What is asked for, as the rest of "Loading …": `the crash`. */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/**
 * Shows an answer, or that it is on its way, or why it did not come. Data that is here stays when a later question fails: the head of
 * the page says that the server does not answer.
 */
export function Answered<Data>({ answer, what, children }: AnsweredProps<Data>) {
  if (answer.data !== undefined) return children(answer.data);
  if (answer.error) return <Failure error={answer.error} what={what} />;
  return (
    <p className="loading" aria-busy="true">
      Loading {what}…
    </p>
  );
}

function Failure({ error, what }: { readonly error: Error; readonly what: string }) {
  const refusal = error instanceof Refusal ? error : undefined;
  const gone = refusal?.code === 'not-found';
  return (
    <div className="failure" role="alert">
      <h1>{gone ? `Could not find ${what}` : `Could not load ${what}`}</h1>
      <p>{error.message}</p>
      {refusal?.advice !== undefined && <p>{refusal.advice}</p>}
      {gone && <p>Is the address complete, and does it name the right project?</p>}
    </div>
  );
}
