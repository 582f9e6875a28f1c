import type { DeviceSummary } from '@noinit/api';
import { useProject } from '../data/project.ts';
import { useDevices } from '../data/queries.ts';
import { countText } from '../format/number.ts';
import { visibleText } from '../format/text.ts';
import { Ago } from '../parts/ago.tsx';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { FilterBox } from '../parts/filter-box.tsx';
import { Heading } from '../parts/heading.tsx';
import { MoreButton } from '../parts/more-button.tsx';
import { Nothing } from '../parts/panel.tsx';
import { Link } from '../routing/link.tsx';
import { useAddress } from '../routing/location.ts';
import { routeHref } from '../routing/route.ts';

/** All devices, or those whose serial has the text of `?search=`. */
export function DevicesScreen() {
  const search = useAddress().query.get('search')?.trim() || undefined;
  return (
    <>
      <div className="screen-head">
        <Heading title="Devices">Devices</Heading>
        <div className="tools">
          <FilterBox name="search" label="Search devices by serial" placeholder="serial or a part of it" />
        </div>
      </div>
      <DeviceList search={search} />
    </>
  );
}

function DeviceList({ search }: { readonly search: string | undefined }) {
  const project = useProject();
  return (
    <Answered answer={useDevices(search)} what="the devices">
      {(list) => (
        <>
          <section className="panel" aria-label="All devices">
            {list.items.length > 0 && (
              <DataTable caption="Devices" columns={columns(project)} rows={list.items} rowKey={({ serial }) => serial} />
            )}
            {list.items.length === 0 && (
              <Nothing>
                {search === undefined ? 'No device has sent anything yet.' : `No serial has “${visibleText(search)}” in it.`}
              </Nothing>
            )}
          </section>
          <MoreButton list={list} />
        </>
      )}
    </Answered>
  );
}

function columns(project: string): readonly Column<DeviceSummary>[] {
  return [
    {
      head: 'Device',
      look: 'main',
      cell: ({ serial, bootLoop }) => (
        <>
          <Link className="row-link code" href={routeHref({ screen: 'device', project, serial })}>
            {visibleText(serial)}
          </Link>
          {bootLoop && <Chip tone="bad">boot loop</Chip>}
        </>
      ),
    },
    { head: 'Version', look: 'code', cell: ({ version }) => version ?? 'unknown' },
    { head: 'Hardware', look: 'code', cell: ({ hardware }) => hardware ?? 'unknown' },
    { head: 'Boots', look: 'number', cell: ({ boots }) => countText(boots) },
    { head: 'Unexpected', look: 'number', cell: ({ unexpectedReboots }) => countText(unexpectedReboots) },
    { head: 'Crashes', look: 'number', cell: ({ crashes }) => countText(crashes) },
    { head: 'Last seen', cell: ({ lastSeen }) => <Ago at={lastSeen} /> },
  ];
}
