import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, openDatabase, pragma, requireSafe } from './driver.ts';

describe('a database connection', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'noinit-driver-'));
    file = join(folder, 'x.sqlite');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('syncs every commit, also when the database is opened again', () => {
    for (let round = 0; round < 2; round++) {
      for (const readOnly of [false, true]) {
        const database = openDatabase(file, { readOnly });
        expect(pragma(database, 'synchronous')).toBe(2);
        expect(pragma(database, 'journal_mode')).toBe('wal');
        expect(pragma(database, 'foreign_keys')).toBe(1);
        database.close();
      }
    }
  });

  it('is refused once it would not sync', () => {
    const database = openDatabase(file);
    database.exec('PRAGMA synchronous = NORMAL');
    expect(() => requireSafe(database, file)).toThrow(expect.objectContaining({ code: 'store-unsafe' }));
    database.close();
  });

  it('cannot write where it is to read only', () => {
    const database = openDatabase(file, { readOnly: true });
    expect(() => database.exec('CREATE TABLE t (a)')).toThrow(/readonly/);
    database.close();
  });

  it('undoes a transaction whose steps throw', () => {
    const database = openDatabase(file);
    database.exec('CREATE TABLE t (a)');
    const steps = () => {
      database.exec('INSERT INTO t VALUES (1)');
      throw new Error('stop');
    };
    expect(() => inTransaction(database, steps)).toThrow('stop');
    expect(database.prepare('SELECT * FROM t').all()).toEqual([]);
    inTransaction(database, () => database.exec('INSERT INTO t VALUES (2)'));
    expect(database.prepare('SELECT a FROM t').all()).toEqual([{ a: 2 }]);
    database.close();
  });
});
