export { crashFacts, rawCrashFacts } from './crash-facts.ts';
