/** The names of the environment that settings come from, and nothing else. */
export interface ServerEnv {
  readonly data: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
}

export function readEnv(env: NodeJS.ProcessEnv): ServerEnv {
  return { data: env['NOINIT_DATA'], host: env['NOINIT_HOST'], port: env['NOINIT_PORT'] };
}
