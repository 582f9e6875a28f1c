/** Pieces that wait, whole messages, the cuts they came in, and chunks nobody could read. */
import type { WallClock } from '@noinit/model';
import { type Digest, INLINE_BYTES } from '../../blobs/blob-store.ts';
import type { SqliteDatabase, SqliteStatement } from '../../sqlite/driver.ts';
import { storableBytes } from '../../sqlite/storable.ts';
import { digestOf } from '../derived-ids.ts';
import type { Cut, DamagedChunk, DeviceKey, FinishedMessage, MessageKey, Piece } from '../event-writer.ts';
import { type DeviceColumns, deviceColumns } from './device-rows.ts';

/** A finished message as stored; without bytes it is a blob. */
export interface StoredMessage {
  readonly digest: Digest;
  readonly bytes: Uint8Array | null;
  readonly cuts: readonly Cut[];
}

export class MessageRows {
  private readonly selectPending: SqliteStatement;
  private readonly insertPending: SqliteStatement;
  private readonly deletePending: SqliteStatement;
  private readonly selectFinished: SqliteStatement;
  private readonly insertMessage: SqliteStatement;
  private readonly upsertAssembly: SqliteStatement;
  private readonly upsertTried: SqliteStatement;
  private readonly deleteTried: SqliteStatement;
  private readonly deleteCutMessage: SqliteStatement;
  private readonly selectStalled: SqliteStatement;
  private readonly insertDamaged: SqliteStatement;

  constructor(database: SqliteDatabase) {
    const ofMessage = 'project = ? AND shard = ? AND serial = ? AND message_id = ?';
    this.selectPending = database.prepare(
      `SELECT start, is_last, payload FROM pending_pieces WHERE ${ofMessage} ORDER BY start, is_last, digest`,
    );
    this.insertPending = database.prepare(
      `INSERT INTO pending_pieces (project, shard, serial, message_id, start, is_last, digest, payload, received_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.deletePending = database.prepare(
      `DELETE FROM pending_pieces WHERE ${ofMessage} AND start = ? AND is_last = ? AND digest = ?`,
    );
    this.selectFinished = database.prepare(
      `SELECT a.digest, a.cuts, m.bytes FROM assemblies a JOIN messages m USING (project, shard, serial, digest)
       WHERE ${ofMessage} ORDER BY a.digest`,
    );
    this.insertMessage = database.prepare(
      `INSERT INTO messages (project, shard, serial, digest, kind, whole, size, damage, received_at, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.upsertAssembly = database.prepare(
      `INSERT INTO assemblies (project, shard, serial, message_id, digest, cuts) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET cuts = excluded.cuts`,
    );
    this.upsertTried = database.prepare(
      `INSERT INTO cut_messages (project, shard, serial, message_id, tried_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET tried_at = excluded.tried_at`,
    );
    this.deleteTried = database.prepare(`DELETE FROM cut_messages WHERE ${ofMessage}`);
    this.deleteCutMessage = database.prepare(
      'DELETE FROM messages WHERE project = ? AND shard = ? AND serial = ? AND digest = ? AND whole = 0',
    );
    this.selectStalled = database.prepare(
      `SELECT p.project, p.serial, p.message_id, max(p.received_at) AS received_at FROM pending_pieces p
       LEFT JOIN cut_messages t USING (project, shard, serial, message_id)
       GROUP BY p.project, p.shard, p.serial, p.message_id
       HAVING min(p.start) = 0 AND max(p.received_at) < ? AND (t.tried_at IS NULL OR t.tried_at < max(p.received_at))
       ORDER BY max(p.received_at) LIMIT ?`,
    );
    this.insertDamaged = database.prepare(
      `INSERT INTO damaged_chunks (project, shard, serial, digest, why, detail, received_at, bytes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
  }

  readPending(key: MessageKey): readonly Piece[] {
    const rows = this.selectPending.all(...deviceColumns(key), key.messageId) as PendingRow[];
    return rows.map((row) => ({ offset: row.start, last: row.is_last === 1, payload: row.payload }));
  }

  readFinished(key: MessageKey): readonly StoredMessage[] {
    const rows = this.selectFinished.all(...deviceColumns(key), key.messageId) as FinishedRow[];
    return rows.map((row) => ({ digest: row.digest, bytes: row.bytes, cuts: decodeCuts(row.cuts) }));
  }

  addPending(device: DeviceColumns, messageId: number, piece: Piece, at: WallClock): void {
    this.insertPending.run(...device, messageId, ...pieceColumns(piece), piece.payload, at);
  }

  dropPending(device: DeviceColumns, messageId: number, piece: Piece): void {
    this.deletePending.run(...device, messageId, ...pieceColumns(piece));
  }

  /** Keeps the message; false where the device has sent these very bytes before. Larger ones must be blobs already. */
  addMessage(device: DeviceColumns, message: FinishedMessage, at: WallClock): boolean {
    const { digest, bytes, record, whole, damage } = message;
    const inline = bytes.length <= INLINE_BYTES ? bytes : null;
    const kind = record?.kind ?? null;
    const { changes } = this.insertMessage.run(
      ...device,
      digest,
      kind,
      whole ? 1 : 0,
      bytes.length,
      JSON.stringify(damage),
      at,
      inline,
    );
    return Number(changes) === 1;
  }

  saveCuts(device: DeviceColumns, messageId: number, message: FinishedMessage): void {
    this.upsertAssembly.run(...device, messageId, message.digest, encodeCuts(message.cuts));
  }

  /** Forgets a cut message that a better one has replaced: what is stored must not tell when the end came. */
  dropCut(device: DeviceColumns, digest: string): void {
    this.deleteCutMessage.run(...device, digest);
  }

  /** Pieces went from pending to finished: what is left of them may be tried as a cut crash again. */
  forgetTriedCut(device: DeviceColumns, messageId: number): void {
    this.deleteTried.run(...device, messageId);
  }

  noteTriedCut(device: DeviceColumns, messageId: number, at: WallClock): void {
    this.upsertTried.run(...device, messageId, at);
  }

  stalled(before: WallClock, limit: number): readonly { readonly key: MessageKey; readonly receivedAt: WallClock }[] {
    const rows = this.selectStalled.all(before, limit) as StalledRow[];
    return rows.map(({ project, serial, message_id, received_at }) => ({
      key: { project, serial, messageId: message_id },
      receivedAt: received_at,
    }));
  }

  /** False where these very bytes were counted before. */
  addDamaged(device: DeviceColumns, chunk: DamagedChunk): boolean {
    const { damage, bytes } = chunk;
    const { changes } = this.insertDamaged.run(
      ...device,
      digestOf(bytes),
      damage.why,
      damage.detail,
      chunk.receivedAt,
      storableBytes(bytes),
    );
    return Number(changes) === 1;
  }
}

interface PendingRow {
  readonly start: number;
  readonly is_last: number;
  readonly payload: Uint8Array;
}

interface StalledRow extends DeviceKey {
  readonly message_id: number;
  readonly received_at: WallClock;
}

interface FinishedRow {
  readonly digest: Digest;
  readonly cuts: string;
  readonly bytes: Uint8Array | null;
}

function pieceColumns(piece: Piece): [start: number, isLast: number, digest: Digest] {
  return [piece.offset, piece.last ? 1 : 0, digestOf(piece.payload)];
}

/** Sorted, so that the same set of cuts is the same text. */
function encodeCuts(cuts: readonly Cut[]): string {
  const rows = cuts.map((cut) => [cut.offset, cut.length, cut.last ? 1 : 0] as const);
  return JSON.stringify(rows.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]));
}

function decodeCuts(text: string): readonly Cut[] {
  const rows = JSON.parse(text) as readonly (readonly [number, number, number])[];
  return rows.map(([offset, length, last]) => ({ offset, length, last: last === 1 }));
}
