/** Every change of the tables, oldest first. A migration that has shipped is never edited. */
import { type Kysely, type Migration, Migrator, sql } from 'kysely';
import { FIRST } from './0001-first.ts';
import { LOG_CLOCK } from './0002-log-clock.ts';
import { REBOOTS_AND_POSTCARDS } from './0003-reboots-and-postcards.ts';

const MIGRATIONS: { readonly [name: string]: readonly string[] } = {
  '0001-first': FIRST,
  '0002-log-clock': LOG_CLOCK,
  '0003-reboots-and-postcards': REBOOTS_AND_POSTCARDS,
};

/** Brings the database to the newest tables. Throws what stopped it; what a migration began is rolled back. */
export async function migrateToLatest(database: Kysely<unknown>): Promise<void> {
  const { error } = await migratorOf(database).migrateToLatest();
  if (error !== undefined) throw error;
}

/** Tables as an older version left them, for tests of what came after. */
export async function migrateUpTo(database: Kysely<unknown>, version: string): Promise<void> {
  const { error } = await migratorOf(database).migrateTo(version);
  if (error !== undefined) throw error;
}

function migratorOf(database: Kysely<unknown>): Migrator {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).map(([name, statements]) => [name, asMigration(statements)]));
  return new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
}

function asMigration(statements: readonly string[]): Migration {
  return {
    up: async (database) => {
      for (const statement of statements) await sql.raw(statement).execute(database);
    },
  };
}
