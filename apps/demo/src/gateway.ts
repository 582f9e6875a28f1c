/** Takes one device's chunks to the server over HTTP and brings the acknowledgements back. Chunks wait here until the server has them. */

const CHUNKS_TYPE = 'application/vnd.noinit.chunks';
const KEY_HEADER = 'x-noinit-key';
/** A body grows to this many bytes, chunk lengths included, before the next one is begun. */
const MAX_BODY_BYTES = 64 * 1024;
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
/** So long the first chunk of a body waits for more of its message. */
const GATHER_MS = 5;

export interface GatewayOptions {
  readonly server: string;
  readonly key: string;
  readonly serial: string;
  /** The body of the answer 202: acknowledgements for the device (docs/formats/ack.md). */
  readonly onAcks: (acks: Uint8Array) => void;
}

export class Gateway {
  readonly #options: GatewayOptions;
  readonly #url: URL;
  readonly #stopped = new AbortController();
  #waiting: Uint8Array[] = [];
  #isBusy = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#url = new URL(`/api/v1/devices/${encodeURIComponent(options.serial)}/chunks`, options.server);
  }

  /** Sends soon, after whatever was pushed before. */
  push(chunk: Uint8Array): void {
    this.#waiting.push(chunk);
    if (!this.#isBusy) void this.#sendAll();
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #sendAll(): Promise<void> {
    this.#isBusy = true;
    while (this.#waiting.length > 0 && !this.#stopped.signal.aborted) {
      await pause(GATHER_MS, this.#stopped.signal);
      await this.#sendUntilAccepted(this.#takeBody());
    }
    this.#isBusy = false;
  }

  #takeBody(): Uint8Array {
    const body: number[] = [];
    for (let chunk = this.#waiting[0]; chunk !== undefined; chunk = this.#waiting[0]) {
      if (body.length > 0 && body.length + chunk.length + 3 > MAX_BODY_BYTES) break;
      body.push(...varint(chunk.length), ...chunk);
      this.#waiting.shift();
    }
    return Uint8Array.from(body);
  }

  async #sendUntilAccepted(body: Uint8Array): Promise<void> {
    for (let delay = FIRST_RETRY_MS; !this.#stopped.signal.aborted; delay = Math.min(2 * delay, LAST_RETRY_MS)) {
      const acks = await this.#post(body);
      if (acks !== undefined) {
        this.#options.onAcks(acks);
        return;
      }
      await pause(delay, this.#stopped.signal);
    }
  }

  /** Undefined: not accepted, whatever the reason; everything is sent again. */
  async #post(body: Uint8Array): Promise<Uint8Array | undefined> {
    const headers = { 'content-type': CHUNKS_TYPE, [KEY_HEADER]: this.#options.key };
    try {
      const answer = await fetch(this.#url, { method: 'POST', headers, body, signal: this.#stopped.signal });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return answer.status === 202 ? bytes : undefined;
    } catch {
      // The server is away, or this gateway was stopped: the loop around this knows which.
      return undefined;
    }
  }
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >> 7)];
}

/** Resolves after the time, or at once when stopped. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal.addEventListener('abort', finish);
  });
}
