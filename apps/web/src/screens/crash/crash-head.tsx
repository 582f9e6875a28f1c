import type { CrashDetail } from '@noinit/api';
import type { Trace } from '@noinit/model';
import type { ReactNode } from 'react';
import { useProject } from '../../data/project.ts';
import { shortBuild, visibleText } from '../../format/text.ts';
import { uptimeText } from '../../format/time.ts';
import { Ago } from '../../parts/ago.tsx';
import { Chip, type Tone } from '../../parts/chip.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Fact, Facts } from '../../parts/facts.tsx';
import { Heading } from '../../parts/heading.tsx';
import { Link } from '../../routing/link.tsx';
import { routeHref } from '../../routing/route.ts';
import { renderMarkdown, renderText } from '../../trace/report.ts';
import { certaintyText, className } from '../../trace/words.ts';
import { DumpLink } from './dump-link.tsx';
import { neighbourHref } from './neighbour.ts';

/** What happened in one sentence, how sure that is, where and when; and the way to the neighbours. */
export function CrashHead({ crash }: { readonly crash: CrashDetail }) {
  const project = useProject();
  const sentence = visibleText(crash.sentence);
  return (
    <header className="crash-head">
      <div className="screen-head">
        <nav className="trail" aria-label="Trail">
          <Link href={routeHref({ screen: 'issues', project })}>Issues</Link>
          <span aria-hidden="true">›</span>
          <Link href={routeHref({ screen: 'issue', project, issue: crash.issue })}>{visibleText(crash.issueTitle)}</Link>
        </nav>
        <nav className="neighbours" aria-label="Crashes of this issue">
          <Neighbour id={crash.previous} rel="prev">
            ← Previous crash
          </Neighbour>
          <Neighbour id={crash.next} rel="next">
            Next crash →
          </Neighbour>
        </nav>
      </div>
      <Heading title={sentence}>{sentence}</Heading>
      {crash.trace && <FaultChips trace={crash.trace} isCrash={crash.kind !== 'snapshot'} />}
      <div className="screen-head">
        <CrashFacts crash={crash} />
        <div className="tools">
          <CopyButton text={() => renderMarkdown(crash, location.href)}>Copy as Markdown</CopyButton>
          <CopyButton text={() => renderText(crash, location.href)}>Copy as text</CopyButton>
          <DumpLink crash={crash} />
        </div>
      </div>
    </header>
  );
}

interface NeighbourProps {
  readonly id: string | null;
  readonly rel: 'prev' | 'next';
  readonly children: ReactNode;
}

function Neighbour({ id, rel, children }: NeighbourProps) {
  const project = useProject();
  if (id === null) return <span className="button quiet off">{children}</span>;
  return (
    <Link className="button quiet" rel={rel} href={neighbourHref(project, id)}>
      {children}
    </Link>
  );
}

const CERTAINTY_TONE: { readonly [name: string]: Tone } = { certain: 'good', likely: 'calm', unsure: 'warn' };

function FaultChips({ trace, isCrash }: { readonly trace: Trace; readonly isCrash: boolean }) {
  const { fault } = trace;
  return (
    <>
      {fault.assertion !== undefined && !fault.sentence.includes(fault.assertion) && (
        <p className="assertion">{visibleText(fault.assertion)}</p>
      )}
      <p className="chips">
        <Chip tone={isCrash ? 'bad' : 'calm'}>{className(fault.class)}</Chip>
        <Chip tone={CERTAINTY_TONE[fault.confidence] ?? 'calm'} title="How sure this explanation is">
          {certaintyText(fault.confidence)}
        </Chip>
        {fault.exception !== undefined && <Chip title="The exception that the processor took">{fault.exception}</Chip>}
        {fault.bits?.map((bit) => (
          <Chip key={bit} title="A bit that the hardware set in its fault status">
            {bit}
          </Chip>
        ))}
        {fault.address !== undefined && <Chip title="The address that the fault is about">{`at ${fault.address}`}</Chip>}
        {fault.instruction && (
          <Chip title={`The instruction at ${fault.instruction.pc}, which could not be carried out`}>
            {visibleText(fault.instruction.text)}
          </Chip>
        )}
        {trace.build.symbols === 'names-only' && (
          <Chip tone="warn" title="The ELF file has no debug information: no lines and no variables">
            names only
          </Chip>
        )}
        {trace.build.symbols !== 'none' &&
          trace.build.missing?.map((fact) => (
            <Chip key={fact} tone="warn" title={`Not all debug information could be read: ${fact}`}>
              debug information is missing
            </Chip>
          ))}
      </p>
    </>
  );
}

function CrashFacts({ crash }: { readonly crash: CrashDetail }) {
  const project = useProject();
  return (
    <Facts look="line">
      <Fact name="Device">
        <Link className="code" href={routeHref({ screen: 'device', project, serial: crash.serial })}>
          {visibleText(crash.serial)}
        </Link>
      </Fact>
      {crash.reason !== null && <Fact name="Reason">{visibleText(crash.reason.name)}</Fact>}
      <Fact name="Boot">{crash.boot}</Fact>
      <Fact name="Uptime">{crash.uptime === null ? 'unknown' : <code>{uptimeText(crash.uptime)}</code>}</Fact>
      <Fact name="Version">
        <code>{crash.version === null ? 'unknown' : visibleText(crash.version)}</code>
      </Fact>
      <Fact name="Build">
        <code title={visibleText(crash.build)}>{visibleText(shortBuild(crash.build))}…</code>
      </Fact>
      <Fact name="Received">
        <Ago at={crash.receivedAt} />
      </Fact>
    </Facts>
  );
}
