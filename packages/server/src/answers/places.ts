/** Addresses of many reboots, as their builds' symbols call them. */
import type { CodePlace } from '@noinit/api';
import type { BuildId, ProjectId } from '@noinit/model';
import type { RebootRow } from '@noinit/store';
import type { CodePlaces } from '../explainer/code-places.ts';
import { addressesOf } from './reboot.ts';

type Place = Omit<CodePlace, 'address'>;

export interface Places {
  /** Nothing where the build has no symbols here, or the address no name. */
  find(build: BuildId, address: number): Place;
}

/** One question for each build that the reboots ran. */
export async function readPlaces(
  codePlaces: CodePlaces,
  project: ProjectId,
  reboots: readonly (RebootRow | null)[],
): Promise<Places> {
  const asked = new Map<BuildId, Set<number>>();
  for (const reboot of reboots) {
    if (reboot === null || reboot.build === null) continue;
    const addresses = asked.get(reboot.build) ?? new Set();
    for (const address of addressesOf(reboot)) addresses.add(address);
    asked.set(reboot.build, addresses);
  }
  const found = new Map(
    await Promise.all(
      [...asked].map(async ([build, addresses]) => [build, await codePlaces.find(project, build, [...addresses])] as const),
    ),
  );
  return { find: (build, address) => found.get(build)?.get(address) ?? {} };
}
