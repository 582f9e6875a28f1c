import type { CodePlace } from '@noinit/api';
import { codePlaceText } from '../format/reboot.ts';
import { visibleText } from '../format/text.ts';

/** A place in the code: the function with its line where symbols say so, with the address at hand; else the address. */
export function PlaceInCode({ place }: { readonly place: CodePlace }) {
  const { address, function: name } = place;
  return (
    <>
      <code>{visibleText(codePlaceText(place))}</code>
      {name !== undefined && <code className="faint"> {visibleText(address)}</code>}
    </>
  );
}
