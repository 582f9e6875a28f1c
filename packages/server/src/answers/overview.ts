import type { Overview, ReasonCount } from '@noinit/api';
import { describeReason } from '@noinit/model';
import type { FleetOverview } from '@noinit/store';

export function overviewAnswer({ reasons, ...fleet }: FleetOverview): Overview {
  return { ...fleet, reasons: reasons.map(reasonCount) };
}

function reasonCount({ reason, count }: FleetOverview['reasons'][number]): ReasonCount {
  const { name, expected } = describeReason(reason);
  return { reason: name, expected, count };
}
