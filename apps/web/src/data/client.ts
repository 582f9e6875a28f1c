/** The door to the HTTP API: the only place where JSON gets a type. */
import { type ApiError, PROJECT_HEADER } from '@noinit/api';

/** What the server refused, or that it could not be reached (`unreachable`). */
export class Refusal extends Error {
  readonly code: string;
  readonly advice: string | undefined;

  constructor(code: string, message: string, advice?: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.advice = advice;
  }
}

/** GET of an API path. Throws a `Refusal` for every answer but success. */
export async function fetchAnswer<Answer>(project: string, url: string, signal?: AbortSignal): Promise<Answer> {
  const response = await get(project, url, signal);
  try {
    return (await response.json()) as Answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal('bad-answer', 'The answer was not JSON.', 'Does this address belong to a noinit server?');
  }
}

/** The bytes behind an API path, for saving as a file. */
export async function fetchBlob(project: string, url: string): Promise<Blob> {
  const response = await get(project, url);
  return response.blob();
}

async function get(project: string, url: string, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = project === '' ? {} : { [PROJECT_HEADER]: project };
  let response: Response;
  try {
    response = await fetch(url, { headers, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refusal('unreachable', 'The server does not answer.', 'Is it still running? This page asks again by itself.');
  }
  if (!response.ok) throw await readRefusal(response);
  return response;
}

async function readRefusal(response: Response): Promise<Refusal> {
  try {
    const { error } = (await response.json()) as ApiError;
    return new Refusal(error.code, error.message, error.advice);
  } catch {
    // A proxy or another program answered, not our API.
    return new Refusal('bad-answer', `The server answered ${response.status} ${response.statusText}.`);
  }
}
