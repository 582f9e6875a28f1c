/** What `noinit explain` shares with the server: the same input gives the same trace. */
export { type CrashOptions, explainCrash, explainMessage } from './explain-message.ts';
export { type Build, readBuild, storedDictionary } from './read-build.ts';
