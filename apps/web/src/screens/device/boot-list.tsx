import type { BootCrash, BootSummary, DeviceDetail } from '@noinit/api';
import { Fragment, useState } from 'react';
import { useProject } from '../../data/project.ts';
import { countOf } from '../../format/number.ts';
import { classNote, codePlaceText } from '../../format/reboot.ts';
import { lineageText, shortBuild, visibleText } from '../../format/text.ts';
import { durationText } from '../../format/time.ts';
import { Ago } from '../../parts/ago.tsx';
import { Chip } from '../../parts/chip.tsx';
import { Nothing } from '../../parts/panel.tsx';
import { Link } from '../../routing/link.tsx';
import { routeHref } from '../../routing/route.ts';
import { BootDetails } from './boot-details.tsx';

/** Boots shown at first. */
const FIRST_BOOTS = 12;

/** The timeline: each boot with its version, how long it lasted and how it ended. */
export function BootList({ device }: { readonly device: DeviceDetail }) {
  const [isWhole, setWhole] = useState(false);
  const { bootList } = device;
  const shown = isWhole ? bootList : bootList.slice(0, FIRST_BOOTS);
  const hidden = bootList.length - shown.length;
  if (bootList.length === 0) return <Nothing>No boot has been reported yet.</Nothing>;
  return (
    <>
      <ol className="boots">
        {shown.map((boot, index) => {
          const newer = shown[index - 1];
          return (
            <Fragment key={`${boot.lineage} ${boot.boot}`}>
              {newer && newer.lineage !== boot.lineage && <MemoryLost newer={newer} />}
              <BootItem boot={boot} isNewest={index === 0} />
            </Fragment>
          );
        })}
      </ol>
      {hidden > 0 && (
        <div className="more">
          <button type="button" className="button" onClick={() => setWhole(true)}>
            Show {countOf(hidden, 'older boot')}
          </button>
        </div>
      )}
      {device.boots > bootList.length && !hidden && (
        <p className="footnote">Only the newest {bootList.length} boots are listed.</p>
      )}
    </>
  );
}

function MemoryLost({ newer }: { readonly newer: BootSummary }) {
  return (
    <li className="memory-lost">
      RAM did not survive here (lineage <code>{lineageText(newer.lineage)}</code> begins): boot numbers start again, the order is
      by arrival.
    </li>
  );
}

function BootItem({ boot, isNewest }: { readonly boot: BootSummary; readonly isNewest: boolean }) {
  const { ended } = boot;
  const note = ended && classNote(ended);
  // What it was doing, where no crash says more.
  const seen = boot.crashes.length === 0 && ended && !ended.expected ? ended.alive?.pc : null;
  const look = ended === null ? 'open' : ended.expected ? 'expected' : 'unexpected';
  return (
    <li className={`boot ${look}`}>
      <span className="boot-number">
        <span className="visually-hidden">Boot </span>
        {boot.boot}
      </span>
      <span className="boot-mark" aria-hidden="true" />
      <span className="boot-text">
        <span className="boot-line">
          {ended === null ? (
            <Chip tone={isNewest ? 'good' : 'calm'}>{isNewest ? 'running' : 'end unknown'}</Chip>
          ) : (
            <EndChip ended={ended} />
          )}
          <code>{boot.version === null ? 'unknown version' : visibleText(boot.version)}</code>
          {boot.build !== null && <code className="faint">{visibleText(shortBuild(boot.build))}</code>}
          {ended !== null && (
            <span>
              lasted {!ended.exact && 'at least '}
              {durationText(ended.uptime)}
            </span>
          )}
          <span className="boot-ago faint">
            <Ago at={boot.receivedAt} />
          </span>
        </span>
        <span className="boot-line faint">
          {ended !== null && visibleText(ended.reason.sentence)}
          {note && <span className="warn-text">{visibleText(note)}</span>}
          {ended === null && isNewest && 'No later start has been reported.'}
          {ended === null && !isNewest && 'No report says how this boot ended.'}
          {seen && (
            <span>
              Last seen in <code>{visibleText(codePlaceText(seen))}</code>.
            </span>
          )}
          <CrashLinks crashes={boot.crashes} />
        </span>
        <BootDetails boot={boot} />
      </span>
    </li>
  );
}

function EndChip({ ended }: { readonly ended: NonNullable<BootSummary['ended']> }) {
  return <Chip tone={ended.expected ? 'calm' : 'bad'}>{ended.reason.name}</Chip>;
}

function CrashLinks({ crashes }: { readonly crashes: readonly BootCrash[] }) {
  const project = useProject();
  return crashes.map(({ id, kind }, index) => (
    <Link key={id} className="nowrap" href={routeHref({ screen: 'crash', project, crash: id })}>
      See the {kind}
      {crashes.length > 1 && <span className="visually-hidden">, {index + 1} of this boot</span>}
    </Link>
  ));
}
