import { describe, expect, it } from 'vitest';
import { makeArray, makeInt, makePointer, makeStruct } from '../../test/fixture/variables.ts';
import { toggle, treeAction } from './tree-keys.ts';
import { CHILDREN_PAGE, pathsAround, type TreeState, visibleRows } from './variable-tree.ts';

const sensor = makePointer('sensor', 'struct sensor *', 0x2000_0000, [
  makeInt('id', 'uint8_t', 7),
  makeArray('raw', 'int16_t', [1, 2, 3]),
  makeStruct('limits', 'struct limits', 0x2000_0010, [makeInt('low', 'int8_t', 0)]),
]);
const flag = makePointer('flag', 'uint8_t **', 0x2000_0040, [
  makePointer('*flag', 'uint8_t *', 0x2000_0044, [makeInt('**flag', 'uint8_t', 1)]),
]);
const variables = [sensor, makeInt('count', 'uint32_t', 3), flag, makeInt('count', 'uint32_t', 4)];

const open = (...paths: string[]): TreeState => ({ expanded: new Set(paths), listed: new Map() });
const paths = (state: TreeState) => visibleRows(variables, state).map(({ path }) => path);

describe('visibleRows', () => {
  it('lists only the outermost while nothing is expanded, and tells shadowed names apart', () => {
    expect(paths(open())).toEqual(['sensor', 'count', 'flag', 'count#2']);
  });

  it('names rows as C would', () => {
    const all = paths(open('sensor', 'sensor->raw', 'sensor->limits', 'flag', '*flag'));
    expect(all).toEqual([
      'sensor', 'sensor->id', 'sensor->raw', 'sensor->raw[0]', 'sensor->raw[1]', 'sensor->raw[2]', 'sensor->limits', 'sensor->limits.low',
      'count', 'flag', '*flag', '**flag', 'count#2',
    ]); // biome-ignore format: one tree
  });

  it('gives level, place and size of the set as an ARIA tree wants them', () => {
    const rows = visibleRows(variables, open('sensor'));
    expect(rows.find(({ path }) => path === 'sensor->raw')).toMatchObject({
      level: 2,
      position: 2,
      siblings: 3,
      parent: 'sensor',
    });
    expect(rows.find(({ path }) => path === 'count')).toMatchObject({ level: 1, position: 2, siblings: 4, isExpandable: false });
  });

  it('does not show what is inside of something closed, expanded or not', () => {
    expect(paths(open('sensor->raw'))).toEqual(['sensor', 'count', 'flag', 'count#2']);
  });

  it('lists large arrays by pages and says what the trace does not have', () => {
    const array = makeArray(
      'a',
      'int8_t',
      Array.from({ length: 250 }, (_, index) => index % 100),
      50,
    );
    const first = visibleRows([array], open('a'));
    expect(first).toHaveLength(1 + CHILDREN_PAGE + 2);
    expect(first.at(-2)).toMatchObject({ kind: 'page', count: 150, parent: 'a' });
    expect(first.at(-1)).toMatchObject({ kind: 'cut', count: 50, siblings: CHILDREN_PAGE + 2 });
    const whole = visibleRows([array], { expanded: new Set(['a']), listed: new Map([['a', 300]]) });
    expect(whole.map(({ kind }) => kind).filter((kind) => kind !== 'variable')).toEqual(['cut']);
  });
});

describe('pathsAround', () => {
  it('gives everything around a variable, outermost first', () => {
    expect(pathsAround(variables, 'sensor->raw[1]')).toEqual(['sensor', 'sensor->raw', 'sensor->raw[1]']);
    expect(pathsAround(variables, '**flag')).toEqual(['flag', '*flag', '**flag']);
  });

  it('is empty for a path that no variable has', () => {
    expect(pathsAround(variables, 'sensor->gone')).toEqual([]);
    expect(pathsAround([], '')).toEqual([]);
  });
});

describe('treeAction', () => {
  const rows = visibleRows(variables, open('sensor'));
  const act = (path: string, key: string) => treeAction(rows, path, key);

  it('moves by rows and to both ends', () => {
    expect(act('sensor', 'ArrowDown')).toEqual({ kind: 'focus', path: 'sensor->id' });
    expect(act('count', 'ArrowUp')).toEqual({ kind: 'focus', path: 'sensor->limits' });
    expect(act('count', 'Home')).toEqual({ kind: 'focus', path: 'sensor' });
    expect(act('count', 'End')).toEqual({ kind: 'focus', path: 'count#2' });
    expect(act('sensor', 'ArrowUp')).toBeUndefined();
    expect(act('count#2', 'ArrowDown')).toBeUndefined();
  });

  it('opens, goes inward, closes and goes outward with the side arrows', () => {
    expect(act('sensor->raw', 'ArrowRight')).toEqual({ kind: 'expand', paths: ['sensor->raw'] });
    expect(act('sensor', 'ArrowRight')).toEqual({ kind: 'focus', path: 'sensor->id' });
    expect(act('sensor', 'ArrowLeft')).toEqual({ kind: 'collapse', path: 'sensor' });
    expect(act('sensor->raw', 'ArrowLeft')).toEqual({ kind: 'focus', path: 'sensor' });
    expect(act('count', 'ArrowRight')).toBeUndefined();
    expect(act('count', 'ArrowLeft')).toBeUndefined();
  });

  it('opens all beside with *', () => {
    expect(act('sensor->id', '*')).toEqual({ kind: 'expand', paths: ['sensor->raw', 'sensor->limits'] });
  });

  it('finds the next row by its first letter, round the end', () => {
    expect(act('count#2', 'S')).toEqual({ kind: 'focus', path: 'sensor' });
    expect(act('sensor', 'c')).toEqual({ kind: 'focus', path: 'count' });
    expect(act('sensor', 'z')).toBeUndefined();
  });

  it('toggles with Enter and Space, and lists more where more can be listed', () => {
    expect(act('sensor', 'Enter')).toEqual({ kind: 'collapse', path: 'sensor' });
    expect(act('flag', ' ')).toEqual({ kind: 'expand', paths: ['flag'] });
    expect(act('count', 'Enter')).toBeUndefined();
    const place = { path: 'a/page', parent: 'a', level: 2, position: 101, siblings: 101 };
    expect(toggle({ kind: 'page', count: 9, ...place })).toEqual({ kind: 'list-more', parent: 'a' });
    expect(toggle({ kind: 'cut', count: 9, ...place })).toBeUndefined();
  });

  it('does nothing for a row that is not there', () => {
    expect(act('gone', 'ArrowDown')).toBeUndefined();
  });
});
