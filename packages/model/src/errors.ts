/** Refusals: what was asked cannot be done. `code` is API, the message states facts; advice is added by who shows it. */
export type ErrorCode =
  | 'bad-request'
  | 'bad-serial'
  | 'unknown-project'
  | 'unknown-key'
  | 'foreign-host'
  | 'too-large'
  | 'unsupported-media-type'
  | 'not-found'
  | 'not-an-elf'
  | 'no-build-id'
  | 'unsupported-elf'
  | 'symbols-conflict'
  | 'missing-symbols'
  | 'wrong-symbols'
  | 'unreadable-dump'
  | 'parser-limit'
  | 'overloaded'
  | 'store-unsafe'
  | 'internal';

export class NoinitError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NoinitError';
    this.code = code;
  }
}
