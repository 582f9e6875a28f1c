import { agoText, utcText } from '../format/time.ts';
import { useNow } from './clock.ts';

/** When something arrived: its age, and the exact time on hover. A row that just came in has an age at once. */
export function Ago({ at }: { readonly at: string }) {
  const now = Math.max(useNow(), Date.parse(at) || 0);
  return (
    <time dateTime={at} title={utcText(at)} className="nowrap">
      {agoText(at, now)}
    </time>
  );
}
