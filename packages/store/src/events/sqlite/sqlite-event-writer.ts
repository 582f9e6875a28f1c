/** The event writer on SQLite: one connection, one transaction for each `write`. */
import type { CrashId, ProjectId, WallClock } from '@noinit/model';
import { type BlobStore, INLINE_BYTES } from '../../blobs/blob-store.ts';
import { inTransaction, type SqliteDatabase } from '../../sqlite/driver.ts';
import type {
  CrashExplanation,
  DamagedChunk,
  DueCrash,
  EventChanges,
  EventWriter,
  FinishedMessage,
  MessageChange,
  MessageKey,
  MessageState,
  StalledMessage,
  Written,
} from '../event-writer.ts';
import { CrashRows, type StoredTrace } from './crash-rows.ts';
import { type DeviceColumns, DeviceRows, deviceColumns } from './device-rows.ts';
import { MessageRows, type StoredMessage } from './message-rows.ts';
import { RecordRows } from './record-rows.ts';

export class SqliteEventWriter implements EventWriter {
  private readonly database: SqliteDatabase;
  private readonly blobs: BlobStore;
  private readonly devices: DeviceRows;
  private readonly messages: MessageRows;
  private readonly crashes: CrashRows;
  private readonly records: RecordRows;

  constructor(database: SqliteDatabase, blobs: BlobStore) {
    this.database = database;
    this.blobs = blobs;
    this.devices = new DeviceRows(database);
    this.messages = new MessageRows(database);
    this.crashes = new CrashRows(database);
    this.records = new RecordRows(database, this.crashes);
  }

  readMessages(keys: readonly MessageKey[]): Promise<readonly MessageState[]> {
    return Promise.all(keys.map((key) => this.readMessage(key)));
  }

  async write(changes: EventChanges): Promise<Written> {
    // Bytes first, then the row that names them: a cut between the two leaves a blob nobody asks for, never a hole.
    for (const change of changes.messages) await this.putLargeMessages(change);
    return inTransaction(this.database, () => {
      const written = { records: 0, crashes: [] as { project: ProjectId; id: CrashId }[] };
      this.devices.begin();
      this.records.begin();
      for (const change of changes.messages) this.writeMessage(change, written);
      for (const chunk of changes.damaged) this.writeDamaged(chunk);
      this.devices.flush();
      return written;
    });
  }

  stalledMessages(before: WallClock, limit: number): Promise<readonly StalledMessage[]> {
    const stalled = this.messages.stalled(before, limit);
    return Promise.all(stalled.map(async ({ key, receivedAt }) => ({ ...(await this.readMessage(key)), receivedAt })));
  }

  async crashesToExplain(limit: number): Promise<readonly DueCrash[]> {
    const due: DueCrash[] = [];
    for (const { project, id, digest, prefix, build, bytes } of this.crashes.due(limit)) {
      const message = bytes ?? (await this.blobs.find(project, digest));
      if (message) due.push({ project, id, digest, prefix, message, ...(build ? { build } : {}) });
    }
    return due;
  }

  async saveExplanation(explanation: CrashExplanation): Promise<boolean> {
    const trace = await this.storeTrace(explanation);
    return inTransaction(this.database, () => this.crashes.explained(explanation, trace));
  }

  private async readMessage(key: MessageKey): Promise<MessageState> {
    const stored = this.messages.readFinished(key);
    const finished = await Promise.all(stored.map((message) => this.withBytes(key, message)));
    return { key, pending: this.messages.readPending(key), finished: finished.filter((message) => message !== undefined) };
  }

  private async withBytes(key: MessageKey, message: StoredMessage) {
    const bytes = message.bytes ?? (await this.blobs.find(key.project, message.digest));
    return bytes && { digest: message.digest, cuts: message.cuts, bytes };
  }

  private async putLargeMessages(change: MessageChange): Promise<void> {
    for (const { bytes } of change.finished) {
      if (bytes.length > INLINE_BYTES) await this.blobs.put(change.key.project, bytes);
    }
  }

  private writeMessage(change: MessageChange, written: WrittenSoFar): void {
    const { key, receivedAt } = change;
    const device = deviceColumns(key);
    this.devices.saw(device, receivedAt, { chunks: change.newPieces });
    for (const piece of change.dropPending) this.messages.dropPending(device, key.messageId, piece);
    if (change.dropPending.length > 0) this.messages.forgetTriedCut(device, key.messageId);
    for (const piece of change.addPending) this.messages.addPending(device, key.messageId, piece, receivedAt);
    if (change.triedCutAt !== undefined) this.messages.noteTriedCut(device, key.messageId, change.triedCutAt);
    for (const message of change.finished) this.writeFinished(device, change, message, written);
  }

  private writeFinished(device: DeviceColumns, change: MessageChange, message: FinishedMessage, written: WrittenSoFar): void {
    const { key, receivedAt } = change;
    const isNew = this.messages.addMessage(device, message, receivedAt);
    // The pieces of a cut crash keep waiting: its end may still come.
    if (message.whole) this.messages.saveCuts(device, key.messageId, message);
    if (!isNew || !message.record) return;
    const saved = this.records.save(device, message.record, message, receivedAt);
    if (saved.kind !== 'new') this.messages.dropCut(device, saved.loser);
    if (saved.kind === 'new') {
      this.devices.saw(device, receivedAt, { records: 1 });
      written.records++;
    }
    if (saved.crash !== undefined) written.crashes.push({ project: key.project, id: saved.crash });
  }

  private writeDamaged(chunk: DamagedChunk): void {
    const device = deviceColumns(chunk);
    const damaged = this.messages.addDamaged(device, chunk) ? 1 : 0;
    this.devices.saw(device, chunk.receivedAt, { chunks: damaged, damaged });
  }

  private async storeTrace(explanation: CrashExplanation): Promise<StoredTrace | undefined> {
    if (!explanation.trace) return undefined;
    const text = JSON.stringify(explanation.trace);
    const bytes = Buffer.from(text);
    return bytes.length <= INLINE_BYTES ? { text } : { blob: await this.blobs.put(explanation.project, bytes) };
  }
}

interface WrittenSoFar {
  records: number;
  readonly crashes: { project: ProjectId; id: CrashId }[];
}
