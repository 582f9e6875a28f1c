/** Paths, headers and media types of the HTTP contract. */
export const API = '/api/v1';
/** Ingest: a project's write-only key. */
export const KEY_HEADER = 'x-noinit-key';
/** Everything else: the project by name. */
export const PROJECT_HEADER = 'x-noinit-project';

export const CHUNK_TYPE = 'application/octet-stream';
export const CHUNKS_TYPE = 'application/vnd.noinit.chunks';
export const ACKS_TYPE = 'application/vnd.noinit.acks';
export const DUMP_TYPE = 'application/vnd.noinit.message';

export const path = {
  chunks: (serial: string) => `${API}/devices/${encodeURIComponent(serial)}/chunks`,
  overview: () => `${API}/overview`,
  projects: () => `${API}/projects`,
  issues: () => `${API}/issues`,
  issue: (id: string) => `${API}/issues/${encodeURIComponent(id)}`,
  crashes: (issue?: string) => (issue === undefined ? `${API}/crashes` : `${API}/crashes?issue=${encodeURIComponent(issue)}`),
  crash: (id: string) => `${API}/crashes/${encodeURIComponent(id)}`,
  dump: (id: string) => `${API}/crashes/${encodeURIComponent(id)}/dump`,
  devices: (search?: string) => (search === undefined ? `${API}/devices` : `${API}/devices?search=${encodeURIComponent(search)}`),
  device: (serial: string) => `${API}/devices/${encodeURIComponent(serial)}`,
  symbols: () => `${API}/symbols`,
  missingSymbols: () => `${API}/symbols?missing`,
} as const;
