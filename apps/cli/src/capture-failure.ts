/** Why a capture came to nothing, with advice for who has a live target before him, and no crash. */
import { RemoteError, type RemoteErrorCode } from '@noinit/gdb-remote';
import { NoinitError } from '@noinit/model';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { Failure } from './failure.ts';

/** `gdb` is the address as it was given. What has nothing to do with the target comes back as it is. */
export function captureFailure(error: unknown, gdb: string): unknown {
  if (error instanceof NoinitError && error.code === 'wrong-symbols') {
    return new Failure(error.message, { exitCode: EXIT.badNews, advice: WRONG_BUILD });
  }
  if (!(error instanceof RemoteError)) return error;
  const { code, message } = error;
  return new Failure(`${SENTENCES[code]} ${gdb}: ${message}`, { exitCode: EXIT_OF[code], advice: ADVICE[code] });
}

const WRONG_BUILD =
  'Give the ELF file that was flashed: its build id shows with readelf -n FILE, the target’s with noinit capture without --elf.';

const SENTENCES: { readonly [code in RemoteErrorCode]: string } = {
  unreachable: 'cannot connect to',
  timeout: 'no answer from',
  closed: 'the connection was lost to',
  protocol: 'no gdb server, or a broken one, at',
  refused: 'nothing to capture at',
};

const EXIT_OF: { readonly [code in RemoteErrorCode]: ExitCode } = {
  unreachable: EXIT.wrongUsage,
  timeout: EXIT.badNews,
  closed: EXIT.badNews,
  protocol: EXIT.badNews,
  refused: EXIT.badNews,
};

const ADVICE: { readonly [code in RemoteErrorCode]?: string } = {
  unreachable: 'Start the gdb server of your probe or emulator, and give the address it says that it listens on.',
  timeout: 'Check that it is a gdb server and that no other debugger is connected to it; slow probes may need --timeout.',
  closed:
    'Servers end a connection when another debugger is connected, or when they lose their probe: see what the server prints.',
};
