import { CHUNK_TYPE, KEY_HEADER, path } from '@noinit/api';
import { Command } from '../../parts/command.tsx';
import { Panel } from '../../parts/panel.tsx';

/** What to do while no device has sent anything. Turns into the overview by itself. */
export function FirstRun() {
  const url = `${location.origin}${path.chunks('MY-FIRST-DEVICE')}`;
  const headers = `-H 'content-type: ${CHUNK_TYPE}' -H '${KEY_HEADER}: PROJECT_KEY'`;
  return (
    <Panel title="Send the first chunk">
      <div className="panel-text">
        <p>
          This project has no device yet. A device’s packetizer hands out chunks; whatever carries them posts each one here with
          the project’s key:
        </p>
        <Command text={`curl -X POST ${headers} --data-binary @chunk.bin ${url}`} />
        <p>This page follows by itself: the device appears as soon as its first message is whole.</p>
      </div>
    </Panel>
  );
}
