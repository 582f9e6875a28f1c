import type { DeviceDetail } from '@noinit/api';
import { useProject } from '../../data/project.ts';
import { useDevice } from '../../data/queries.ts';
import { countOf, countText, crashCount } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { durationText } from '../../format/time.ts';
import { Ago } from '../../parts/ago.tsx';
import { Answered } from '../../parts/answered.tsx';
import { Chip } from '../../parts/chip.tsx';
import { CrashTable } from '../../parts/crash-table.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { Heading } from '../../parts/heading.tsx';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { Link } from '../../routing/link.tsx';
import { routeHref } from '../../routing/route.ts';
import { BootList } from './boot-list.tsx';
import { DeviceLog } from './device-log.tsx';
import { LoopBanner } from './loop-banner.tsx';

/** One device's story: a sentence for support, its boots, its crashes, what it said last. */
export function DeviceScreen({ serial }: { readonly serial: string }) {
  const project = useProject();
  return (
    <Answered answer={useDevice(serial)} what="the device">
      {(device) => (
        <>
          <nav className="trail" aria-label="Trail">
            <Link href={routeHref({ screen: 'devices', project })}>Devices</Link>
          </nav>
          <Heading title={visibleText(device.serial)}>
            <span className="code">{visibleText(device.serial)}</span>
          </Heading>
          <p className="lead">
            {visibleText(device.summary)} {device.bootLoop && <Chip tone="bad">boot loop</Chip>}
          </p>
          {device.loop && <LoopBanner loop={device.loop} />}
          <DeviceFacts device={device} />
          <div className="columns even">
            <Panel title="Boots, newest first" side={countOf(device.boots, 'boot')}>
              <BootList device={device} />
            </Panel>
            <DeviceLog lines={device.log} />
          </div>
          <Panel title="Crashes" side={crashCount(device)}>
            <CrashTable crashes={device.crashList} withDevice={false} />
            {device.crashList.length === 0 && <Nothing>This device has not crashed.</Nothing>}
          </Panel>
        </>
      )}
    </Answered>
  );
}

function DeviceFacts({ device }: { readonly device: DeviceDetail }) {
  const operatingTime = device.bootList.find(({ start }) => start !== null)?.start?.operatingTime;
  return (
    <Facts look="line">
      <Fact name="Version">
        <code>{device.version === null ? 'unknown' : visibleText(device.version)}</code>
      </Fact>
      <Fact name="Hardware">
        <code>{device.hardware === null ? 'unknown' : visibleText(device.hardware)}</code>
      </Fact>
      <Fact name="Unexpected restarts">{countText(device.unexpectedReboots)}</Fact>
      {operatingTime !== null && operatingTime !== undefined && <Fact name="Has run">{durationText(operatingTime)}</Fact>}
      <Fact name="First seen">
        <Ago at={device.firstSeen} />
      </Fact>
      <Fact name="Last seen">
        <Ago at={device.lastSeen} />
      </Fact>
    </Facts>
  );
}
