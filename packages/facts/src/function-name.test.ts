import { expect, it } from 'vitest';
import { normaliseFunction } from './function-name.ts';

it.each([
  ['read_sensor', 'read_sensor'],
  ['read_sensor.isra.0', 'read_sensor'],
  ['read_sensor.part.1.constprop.0', 'read_sensor'],
  ['read_sensor.cold', 'read_sensor'],
  ['read_sensor.lto_priv.12', 'read_sensor'],
  ['core::fmt::write::h0123456789abcdef', 'core::fmt::write'],
  ['app::Queue<u8, 16>::push', 'app::Queue::push'],
  ['std::vector<int, std::allocator<int> >::at(unsigned int)', 'std::vector::at'],
  ['<app::Led as embassy::Driver>::poll', '<app::Led as embassy::Driver>::poll'],
  ['app::main::{closure#3}', 'app::main::{closure}'],
  ['app::task::{async_fn_env#0}', 'app::task::{async_fn}'],
  ['__cortex_m_rt_SysTick_trampoline', 'SysTick'],
  ['__cortex_m_rt_main', 'main'],
  ["plant::run::'lambda3'(int)::operator()", "plant::run::'lambda'::operator"],
  ['plant::run::$_0::operator()', "plant::run::'lambda'::operator"],
  ['plant::(anonymous namespace)::descend', 'plant::descend'],
  ['operator()', 'operator'],
  ['(', '('],
  ['', ''],
])('normalises %s to %s', (name, expected) => {
  expect(normaliseFunction(name)).toBe(expected);
});
