import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRoute, type Route, routeHref } from './route.ts';

describe('routes', () => {
  it('reads every screen', () => {
    expect(parseRoute('/')).toEqual({ screen: 'projects' });
    expect(parseRoute('/p/demo')).toEqual({ screen: 'overview', project: 'demo' });
    expect(parseRoute('/p/demo/')).toEqual({ screen: 'overview', project: 'demo' });
    expect(parseRoute('/p/demo/issues')).toEqual({ screen: 'issues', project: 'demo' });
    expect(parseRoute('/p/demo/issues/i1')).toEqual({ screen: 'issue', project: 'demo', issue: 'i1' });
    expect(parseRoute('/p/demo/crashes/c1')).toEqual({ screen: 'crash', project: 'demo', crash: 'c1' });
    expect(parseRoute('/p/demo/devices/SN%2F1')).toEqual({ screen: 'device', project: 'demo', serial: 'SN/1' });
    expect(parseRoute('/p/demo/symbols')).toEqual({ screen: 'symbols', project: 'demo' });
  });

  it('says not-found for every other path', () => {
    for (const path of [
      '/x',
      '/p',
      '/p/demo/unknown',
      '/p/demo/symbols/x',
      '/p/demo/issues/a/b',
      '/p/%ff',
      '/p/demo/devices/%',
    ]) {
      expect(parseRoute(path).screen, path).toBe('not-found');
    }
  });

  it('reads back any device address that it wrote', () => {
    const serial = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(serial, (text) => {
        const route: Route = { screen: 'device', project: 'demo', serial: text };
        expect(parseRoute(routeHref(route))).toEqual(route);
      }),
    );
  });

  it('writes a lone surrogate as the replacement character instead of throwing', () => {
    expect(routeHref({ screen: 'device', project: 'demo', serial: 'a\ud800' })).toBe('/p/demo/devices/a%EF%BF%BD');
  });
});
