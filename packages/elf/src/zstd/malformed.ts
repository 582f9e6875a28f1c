/** Compressed bytes that contradict RFC 8878. */
export class MalformedZstdError extends Error {
  constructor(fact: string) {
    super(fact);
    this.name = 'MalformedZstdError';
  }
}
