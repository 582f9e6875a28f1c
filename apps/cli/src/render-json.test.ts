import { expect, it } from 'vitest';
import { renderJson } from './render-json.ts';

it('is the same JSON without a character that a terminal acts on', () => {
  const value = { text: '\u001b[2J \u009b31m \u007f é \u202e "\\' };
  const text = renderJson(value);
  expect(JSON.parse(text)).toEqual(value);
  expect(text).toContain('\\u009b31m');
  expect(text).not.toMatch(/[^\P{Control}\n]/u);
});
