/** The demo's firmware files: apps/demo/firmware/README.md says how they were made. */
export const VERSIONS = ['1.3.2', '1.4.0'] as const;
export type Version = (typeof VERSIONS)[number];

export function firmwareFile(version: Version): URL {
  return new URL(`../firmware/room-${version}.elf`, import.meta.url);
}
