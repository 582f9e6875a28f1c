/** Projects and keys on SQLite. */
import { createHash } from 'node:crypto';
import { NoinitError, type ProjectId } from '@noinit/model';
import type { SqliteDatabase, SqliteStatement } from '../sqlite/driver.ts';
import type { Project, Projects } from './projects.ts';

export class SqliteProjects implements Projects {
  private readonly upsert: SqliteStatement;
  private readonly selectAll: SqliteStatement;
  private readonly select: SqliteStatement;
  private readonly insertKey: SqliteStatement;
  private readonly selectByKey: SqliteStatement;

  constructor(database: SqliteDatabase) {
    this.upsert = database.prepare(
      'INSERT INTO projects (project, name) VALUES (?, ?) ON CONFLICT DO UPDATE SET name = excluded.name',
    );
    this.selectAll = database.prepare('SELECT project AS id, name FROM projects ORDER BY project');
    this.select = database.prepare('SELECT project AS id, name FROM projects WHERE project = ?');
    this.insertKey = database.prepare('INSERT INTO ingest_keys (project, key_hash) VALUES (?, ?) ON CONFLICT DO NOTHING');
    this.selectByKey = database.prepare(
      'SELECT p.project AS id, p.name FROM ingest_keys k JOIN projects p USING (project) WHERE k.key_hash = ?',
    );
  }

  async saveProject(project: Project): Promise<void> {
    this.upsert.run(project.id, project.name);
  }

  async listProjects(): Promise<readonly Project[]> {
    return (this.selectAll.all() as Project[]).map(asProject);
  }

  async findProject(id: ProjectId): Promise<Project | undefined> {
    const row = this.select.get(id) as Project | undefined;
    return row && asProject(row);
  }

  async saveIngestKey(project: ProjectId, key: string): Promise<void> {
    if ((await this.findProject(project)) === undefined)
      throw new NoinitError('unknown-project', `there is no project ${project}`);
    this.insertKey.run(project, hashOf(key));
    const owner = await this.findProjectByKey(key);
    if (owner?.id !== project) throw new NoinitError('bad-request', 'this key names another project');
  }

  async findProjectByKey(key: string): Promise<Project | undefined> {
    const row = this.selectByKey.get(hashOf(key)) as Project | undefined;
    return row && asProject(row);
  }
}

/** Keys are random, so that a plain hash is enough; whoever reads the database cannot send with it. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function asProject(row: Project): Project {
  return { id: row.id, name: row.name };
}
