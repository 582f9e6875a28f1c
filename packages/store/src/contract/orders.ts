/** Every order of some things: of five, 120. */
export function orders<Thing>(things: readonly Thing[]): readonly (readonly Thing[])[] {
  if (things.length === 0) return [[]];
  return things.flatMap((thing, index) => {
    const others = things.filter((_, at) => at !== index);
    return orders(others).map((rest) => [thing, ...rest]);
  });
}
