/** Reads ELF files and explains crashes in processes that may be killed for it (docs/design/explainer-process.md). */
import { fileURLToPath } from 'node:url';
import type { Explainer, ExplainJob, Explanation } from '@noinit/ingest';
import { type BuildId, NoinitError, type ProjectId, type Trace } from '@noinit/model';
import type { Store } from '@noinit/store';
import { JobProcess } from './job-process.ts';
import type { CodePlace, ElfJob, Inspection, SymbolFiles } from './jobs.ts';
import type { ExplainerLimits } from './limits.ts';
import { cacheOf, type WorkFolder } from './work-folder.ts';

/** The child runs compiled code, also when the caller is a test that runs the sources. */
const CHILD_ENTRY = fileURLToPath(new URL('../../dist/explainer/child.js', import.meta.url));

export interface ElfExplainerOptions {
  readonly store: Store;
  readonly work: WorkFolder;
  readonly limits: ExplainerLimits;
  readonly log: (event: string) => void;
}

export class ElfExplainer implements Explainer {
  private readonly store: Store;
  private readonly work: WorkFolder;
  /** Reads uploads: a large or hostile file holds up other uploads, and no crash. */
  private readonly reader: JobProcess;
  private readonly explainer: JobProcess;

  constructor(options: ElfExplainerOptions) {
    this.store = options.store;
    this.work = options.work;
    const { limits, log } = options;
    this.reader = new JobProcess({ entry: CHILD_ENTRY, limits, log });
    this.explainer = new JobProcess({ entry: CHILD_ENTRY, limits, log });
  }

  /** What an ELF file is; its symbol cache is written beside it. NoinitError `not-an-elf`, `no-build-id`, `unsupported-elf`, `parser-limit`. */
  async inspect(elf: string): Promise<Inspection> {
    return (await this.reader.run({ kind: 'inspect', elf, cache: cacheOf(elf) } satisfies ElfJob)) as Inspection;
  }

  async explain(job: ExplainJob): Promise<Explanation> {
    try {
      const trace = (await this.explainer.run(await this.explainJob(job))) as Trace;
      return { kind: 'trace', trace };
    } catch (error) {
      // `overloaded` and `internal` may pass; everything else is an answer about this crash and this file.
      if (!(error instanceof NoinitError) || error.code === 'overloaded' || error.code === 'internal') throw error;
      return { kind: 'refused', code: error.code, detail: error.message };
    }
  }

  /** What a build calls the code at these addresses, in their order. NoinitError `missing-symbols`, and what opening the build throws. */
  async locate(project: ProjectId, build: BuildId, addresses: readonly number[]): Promise<readonly (CodePlace | null)[]> {
    const job: ElfJob = { kind: 'locate', addresses, symbols: await this.symbolFiles(project, build) };
    return (await this.explainer.run(job)) as readonly (CodePlace | null)[];
  }

  async close(): Promise<void> {
    await Promise.all([this.reader.close(), this.explainer.close()]);
  }

  private async explainJob({ project, build, dumpMessage }: ExplainJob): Promise<ElfJob> {
    if (build === undefined) return { kind: 'explain', message: dumpMessage };
    return { kind: 'explain', message: dumpMessage, symbols: await this.symbolFiles(project, build) };
  }

  private async symbolFiles(project: ProjectId, build: BuildId): Promise<SymbolFiles> {
    const entry = await this.store.symbols.findSymbols(project, build);
    if (entry === undefined) throw new NoinitError('missing-symbols', `there are no symbols of build ${build}`);
    const elf = await this.work.pathOf(this.store.blobs, project, entry.elf);
    return { build, elf, cache: cacheOf(elf) };
  }
}
