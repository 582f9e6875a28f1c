import type { VersionSummary } from '@noinit/api';
import { describe, expect, it } from 'vitest';
import { versionRows } from './version-order.ts';

const version = (name: string, crashes: number, hours: number): VersionSummary => {
  return {
    version: name,
    build: `${name}-build`,
    devices: 1,
    boots: 1,
    crashes,
    unexpectedReboots: crashes,
    uptime: hours * 3_600_000,
  };
};

describe('versionRows', () => {
  it('puts the newest first and reads numbers as numbers', () => {
    const names = versionRows([version('1.9.0', 0, 1), version('1.10.0', 0, 1), version('1.2.0', 0, 1)]).map(
      (row) => row.version.version,
    );
    expect(names).toEqual(['1.10.0', '1.9.0', '1.2.0']);
  });

  it('compares each version with the one before it', () => {
    const [newer, older] = versionRows([version('1.0', 2, 100), version('1.1', 10, 50)]);
    expect(newer).toMatchObject({ rate: 0.2, timesOlder: 10 });
    expect(older?.timesOlder).toBeUndefined();
  });

  it('compares nothing with a version that has no uptime or no crash', () => {
    expect(versionRows([version('1.0', 0, 100), version('1.1', 10, 50)])[0]?.timesOlder).toBeUndefined();
    expect(versionRows([version('1.0', 1, 0), version('1.1', 10, 50)])[0]?.timesOlder).toBeUndefined();
    expect(versionRows([version('1.1', 10, 0)])[0]?.rate).toBeUndefined();
    expect(versionRows([version('1.1', 10, 0.01)])[0]?.rate).toBeUndefined();
  });
});
