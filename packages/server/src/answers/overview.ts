import type { Overview } from '@noinit/api';
import type { FleetOverview } from '@noinit/store';

export function overviewAnswer({ reasons, ...fleet }: FleetOverview): Overview {
  return { ...fleet, reasons: reasons.map(({ name, ...row }) => ({ reason: name, ...row })) };
}
