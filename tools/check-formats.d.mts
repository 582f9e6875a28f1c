/** What is wrong with the format pages in `folder`, one text each; empty where nothing is. */
export function checkFormats(folder: string): string[];
/** Rewrites the JSON of every example from what the decoders give. */
export function writeFormats(folder: string): void;
