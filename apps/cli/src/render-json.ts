/** JSON may hold C1 control characters as they are, and a terminal acts on them. Escaped they are the same JSON. */
export function renderJson(value: unknown, indent = 2): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value, undefined, indent).replace(/[\u007f-\u009f]/g, escaped);
}
