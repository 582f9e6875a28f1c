/**
 * Until sign-in has landed the server answers only who calls it by a name of this machine. A page on a foreign host that resolves
 * to 127.0.0.1 (DNS rebinding) shows in Host; a foreign page that posts here shows in Origin.
 */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

export const OWN_ADDRESS = '127.0.0.1';

/** Whether `Host` names this server: one of this machine's names with our port. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && OWN_NAMES.some((name) => host.toLowerCase() === withPort(name, port));
}

/** Whether `Origin` is absent or our own page. `null` is the origin of a sandbox or a file: foreign. */
export function isOwnOrigin(origin: string | undefined, port: number): boolean {
  return origin === undefined || OWN_NAMES.some((name) => origin.toLowerCase() === `http://${withPort(name, port)}`);
}

/** Browsers and clients leave the default port out. */
function withPort(name: string, port: number): string {
  return port === 80 ? name : `${name}:${port}`;
}
