import { useEffect } from 'react';
import { useProjects } from '../data/queries.ts';
import { visibleText } from '../format/text.ts';
import { Answered } from '../parts/answered.tsx';
import { Heading } from '../parts/heading.tsx';
import { Nothing } from '../parts/panel.tsx';
import { Link } from '../routing/link.tsx';
import { navigate } from '../routing/location.ts';
import { routeHref } from '../routing/route.ts';

/** The root address: goes to the project where there is just one, else lists them. */
export function ProjectsScreen() {
  const answer = useProjects();
  const only = answer.data?.items.length === 1 ? answer.data.items[0] : undefined;
  useEffect(() => {
    if (only) navigate(routeHref({ screen: 'overview', project: only.id }), 'replace');
  }, [only]);
  return (
    <Answered answer={answer} what="the projects">
      {({ items }) => (
        <>
          <Heading title="Projects">Projects</Heading>
          {items.length === 0 && <Nothing>This server has no project yet.</Nothing>}
          <ul className="plain-list">
            {items.map(({ id, name }) => (
              <li key={id}>
                <Link href={routeHref({ screen: 'overview', project: id })}>{visibleText(name)}</Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Answered>
  );
}
