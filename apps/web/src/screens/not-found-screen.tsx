import { Heading } from '../parts/heading.tsx';
import { Link } from '../routing/link.tsx';

export function NotFoundScreen() {
  return (
    <div className="failure">
      <Heading title="Not found">There is no page at this address</Heading>
      <p>
        Pages start with <code>/p/</code> and the project. <Link href="/">Go to the projects</Link>
      </p>
    </div>
  );
}
