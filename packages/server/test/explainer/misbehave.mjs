// A child for tests of JobProcess: does what the job says, however harmful. Nothing here is shipped.
import { answerJobs } from '../../dist/explainer/answer-jobs.js';

const kept = [];

function misbehave(job) {
  switch (job.kind) {
    case 'echo':
      return { value: job.value, pid: process.pid };
    case 'allocate':
      // Real memory outside of V8's heap, every page touched: what a worker's resource limits do not count.
      for (let bytes = 0; bytes < job.bytes; bytes += CHUNK) kept.push(Buffer.alloc(CHUNK, 1));
      return kept.length;
    case 'heap':
      for (;;) kept.push({ text: `${kept.length}` });
    case 'hang':
      for (;;) kept.length = 0;
    case 'exit':
      return process.exit(7);
    case 'throw':
      throw new Error('a bug');
  }
}

const CHUNK = 16 * 1024 * 1024;
answerJobs(misbehave);
