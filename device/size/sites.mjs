/** Flash that one more call site costs its caller, by the shape of its arguments. */
import { join } from 'node:path';
import { compile, costOf, link, sdkObjects } from './build.mjs';
import { DEVICE } from './targets.mjs';

const SHAPES = [
  ['none', 'no argument'],
  ['two', 'two constants'],
  ['string', 'one string'],
];
const FILTERS = [1, 0];

export function measureSites(target) {
  return SHAPES.map(([shape, name]) => {
    const [filtered, bare] = FILTERS.map((filter) => siteCost(target, shape, filter));
    return { name, filtered, bare };
  });
}

function siteCost(target, shape, filter) {
  const options = ['-Os', `-DNOINIT_LOG_RUNTIME_FILTER=${filter}`];
  const port = compile(target, join(DEVICE, 'size/port.c'), options, 'port');
  const flashOf = (more) => {
    const flags = [...options, `-DSHAPE_${shape.toUpperCase()}`, ...more];
    const calls = compile(target, join(DEVICE, 'size/sites.c'), flags, 'sites');
    return costOf(link(target, [calls, port, ...sdkObjects(target, options)]), /^sites$/).flash;
  };
  return (flashOf(['-DSEVENTEEN']) - flashOf([])) / 16;
}
