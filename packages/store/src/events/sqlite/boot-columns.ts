/** What a boot record says, as columns of `boots`. */
import type { BootRecord } from '@noinit/model';
import { storableText } from '../../sqlite/storable.ts';

export const BOOT_COLUMNS = [
  'build',
  'version',
  'hardware',
  'raw_reset_cause',
  'ram_survived',
  'unexpected_reboots',
  'layout',
  'stamp_frequency',
  'operating_time',
  'lineage_unexpected_reboots',
  'unexpected_since_healthy',
] as const;

/** In the order of `BOOT_COLUMNS`. */
export function bootColumns(record: BootRecord): readonly (string | number | null)[] {
  return [
    record.build,
    // Empty is what a firmware says that has no version.
    record.version === '' ? null : storableText(record.version),
    record.hardware === undefined ? null : storableText(record.hardware),
    record.rawResetCause,
    record.ramSurvived ? 1 : 0,
    record.unexpectedReboots,
    record.layout,
    record.stampFrequency,
    record.operatingTime,
    record.lineageUnexpectedReboots,
    record.unexpectedSinceHealthy,
  ];
}
