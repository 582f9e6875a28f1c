export { type Demo, type DemoDevice, type DemoOptions, startDemo } from './demo.ts';
export type { Version } from './firmware.ts';
export type { Scenario } from './fleet.ts';
