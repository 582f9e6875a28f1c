import { hrefWith, navigate, useAddress } from '../routing/location.ts';

interface FilterBoxProps {
  /** The query parameter that holds the text. */
  readonly name: string;
  readonly label: string;
  readonly placeholder: string;
}

/** A text field whose content is part of the address. */
export function FilterBox({ name, label, placeholder }: FilterBoxProps) {
  const { query } = useAddress();
  return (
    <input
      type="search"
      className="filter"
      aria-label={label}
      placeholder={placeholder}
      value={query.get(name) ?? ''}
      onChange={(event) => navigate(hrefWith({ [name]: event.target.value || undefined }), 'replace')}
    />
  );
}
