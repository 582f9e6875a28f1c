export { type ConfigOptions, makeConfig, parsePort, type ServerConfig } from './config.ts';
export { readEnv, type ServerEnv } from './env.ts';
export { DEFAULT_LIMITS, type ExplainerLimits } from './explainer/limits.ts';
export { createServer, type Server } from './server.ts';
