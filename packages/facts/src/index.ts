export { crashFacts, rawCrashFacts } from './crash-facts.ts';
export { postcardFacts, rawPostcardFacts } from './postcard-facts.ts';
