/** Why a target cannot be talked to. */

/**
 * `unreachable`: nobody listens. `timeout`: no answer in time; nothing after it can be told apart, so the connection is done with.
 * `closed`: the connection ended. `protocol`: what came is no answer. `refused`: the server says that it cannot.
 */
export type RemoteErrorCode = 'unreachable' | 'timeout' | 'closed' | 'protocol' | 'refused';

export class RemoteError extends Error {
  readonly code: RemoteErrorCode;
  constructor(code: RemoteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RemoteError';
    this.code = code;
  }
}

/** Whether nothing can be asked any more. */
export function isLost(error: unknown): error is RemoteError {
  return error instanceof RemoteError && error.code !== 'refused';
}
