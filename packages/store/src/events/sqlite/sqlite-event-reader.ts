/** The event reader on SQLite, on a connection that cannot write. */
import type { BuildId, BuildPrefix, CrashId, IssueId, ProjectId, Serial } from '@noinit/model';
import type { Kysely } from 'kysely';
import type { BlobStore } from '../../blobs/blob-store.ts';
import type { EventReader, PageRequest } from '../event-reader.ts';
import { readDictionaries, readMissing, readSymbols } from './reader/builds.ts';
import { findCrash, findDump, readCrashes } from './reader/crashes.ts';
import { findDevice, readDevices } from './reader/devices.ts';
import { findIssue, readIssues } from './reader/issues.ts';
import { readOverview } from './reader/overview.ts';

export class SqliteEventReader implements EventReader {
  private readonly database: Kysely<unknown>;
  private readonly blobs: BlobStore;

  constructor(database: Kysely<unknown>, blobs: BlobStore) {
    this.database = database;
    this.blobs = blobs;
  }

  overview(project: ProjectId) {
    return readOverview(this.database, project);
  }

  issues(project: ProjectId, page: PageRequest = {}) {
    return readIssues(this.database, project, page);
  }

  findIssue(project: ProjectId, id: IssueId) {
    return findIssue(this.database, project, id);
  }

  crashes(project: ProjectId, options: PageRequest & { readonly issue?: IssueId } = {}) {
    return readCrashes(this.database, project, options);
  }

  findCrash(project: ProjectId, id: CrashId) {
    return findCrash(this.database, this.blobs, project, id);
  }

  findDump(project: ProjectId, id: CrashId) {
    return findDump(this.database, this.blobs, project, id);
  }

  devices(project: ProjectId, options: PageRequest & { readonly search?: string } = {}) {
    return readDevices(this.database, project, options);
  }

  findDevice(project: ProjectId, serial: Serial) {
    return findDevice(this.database, project, serial);
  }

  symbols(project: ProjectId, page: PageRequest = {}) {
    return readSymbols(this.database, project, page);
  }

  missingSymbols(project: ProjectId, page: PageRequest = {}) {
    return readMissing(this.database, project, page);
  }

  dictionaries(project: ProjectId, builds: readonly (BuildId | BuildPrefix)[]) {
    return readDictionaries(this.database, project, builds);
  }
}
