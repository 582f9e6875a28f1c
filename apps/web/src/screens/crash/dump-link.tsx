import { type CrashDetail, path } from '@noinit/api';
import type { MouseEvent } from 'react';
import { fetchBlob } from '../../data/client.ts';
import { useProject } from '../../data/project.ts';
import { useAnnounce } from '../../parts/announcer.tsx';

/** Saves the dump as the device sent it. Fetched by script, because a plain link cannot name the project in a header. */
export function DumpLink({ crash }: { readonly crash: CrashDetail }) {
  const project = useProject();
  const announce = useAnnounce();
  const url = path.dump(crash.id);
  const save = async (event: MouseEvent) => {
    event.preventDefault();
    try {
      saveFile(await fetchBlob(project, url), `${crash.id}.dump`);
      announce('The dump was saved.');
    } catch (error) {
      announce(`The dump was not saved: ${error instanceof Error ? error.message : 'unknown error'}`);
    }
  };
  return (
    <a className="button" href={url} download={`${crash.id}.dump`} onClick={save}>
      Download dump
    </a>
  );
}

function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
