import type { Overview } from '@noinit/api';
import { useProject } from '../../data/project.ts';
import { countOf } from '../../format/number.ts';
import { visibleText } from '../../format/text.ts';
import { Panel } from '../../parts/panel.tsx';
import { Link } from '../../routing/link.tsx';
import { routeHref } from '../../routing/route.ts';

/** Boot loops listed by name; more than these are counted. */
const MAX_LOOPS = 5;

/** What a person should do something about; nothing is shown where there is nothing. */
export function NeedsYou({ overview }: { readonly overview: Overview }) {
  const project = useProject();
  const { bootLoops, ingest } = overview;
  if (bootLoops.length === 0 && ingest.waitingForSymbols === 0) return null;
  const beyond = bootLoops.length - MAX_LOOPS;
  return (
    <Panel title="Needs you" className="needs-you">
      <ul>
        {bootLoops.slice(0, MAX_LOOPS).map(({ serial, boots }) => (
          <li key={serial}>
            <Link className="code" href={routeHref({ screen: 'device', project, serial })}>
              {visibleText(serial)}
            </Link>{' '}
            is in a boot loop: {countOf(boots, 'boot')} since it last ran well.
          </li>
        ))}
        {beyond > 0 && (
          <li>
            {countOf(beyond, 'more device')} in a boot loop: see{' '}
            <Link href={routeHref({ screen: 'devices', project })}>the devices</Link>.
          </li>
        )}
        {ingest.waitingForSymbols > 0 && (
          <li>
            {countOf(ingest.waitingForSymbols, 'crash waits', 'crashes wait')} for symbols:{' '}
            <Link href={routeHref({ screen: 'symbols', project })}>upload the missing ELF files</Link>.
          </li>
        )}
      </ul>
    </Panel>
  );
}
