import type { DeviceDetail } from '@noinit/api';
import { useId } from 'react';
import { countOf } from '../../format/number.ts';
import { durationText } from '../../format/time.ts';

/** One banner for a device that restarts again and again, however many crashes it leaves. */
export function LoopBanner({ loop }: { readonly loop: NonNullable<DeviceDetail['loop']> }) {
  const id = useId();
  return (
    <section className="banner bad" aria-labelledby={id}>
      <h2 id={id}>Boot loop: {countOf(loop.boots, 'boot')}</h2>
      <p>
        At its last start this device had restarted unexpectedly {countOf(loop.boots, 'time')} since it last ran well.
        {loop.uptime > 0 && ` These runs lasted ${durationText(loop.uptime)} together, as far as is known.`}
      </p>
    </section>
  );
}
