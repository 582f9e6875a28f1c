import { describe, expect, it } from 'vitest';
import { makeFleet } from '../../test/fixture/fleet.ts';
import { matches } from './matches.ts';

const { devices, issues } = makeFleet(Date.parse('2026-03-02T14:02:09Z'));
const names = (text: string) => matches('demo', text, { devices, issues }).map(({ name }) => name);

describe('matches', () => {
  it('finds devices by any part of the serial, beginnings first', () => {
    expect(names('pump-04')).toEqual(['pump-04']);
    expect(names('1')[0]).toBe('pump-01');
    expect(names('GATE')).toEqual(['gate-11', 'gate-12']);
  });

  it('finds issues by title, function and file', () => {
    expect(names('wait_for')).toEqual(['Stuck in wait_for_radio']);
    expect(names('sensor.c')).toEqual(['Call through NULL in read_sensor']);
  });

  it('leads to the page of what it found', () => {
    expect(matches('demo', 'gate-12', { devices, issues })[0]?.href).toBe('/p/demo/devices/gate-12');
  });
});
