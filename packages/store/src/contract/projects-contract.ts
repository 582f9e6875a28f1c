/** What every store promises about projects and their keys. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenEngine, StoreUnderTest } from './engine.ts';
import { makeProject } from './makers.ts';

export function projectsContract(open: OpenEngine): void {
  describe('projects', () => {
    let engine: StoreUnderTest;
    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => engine.dispose());

    it('are listed by id and keep their new name', async () => {
      const { projects } = engine.store;
      await projects.saveProject({ id: makeProject('b'), name: 'B' });
      await projects.saveProject({ id: makeProject('a'), name: 'A' });
      await projects.saveProject({ id: makeProject('b'), name: 'Bee' });
      expect(await projects.listProjects()).toEqual([
        { id: 'a', name: 'A' },
        { id: 'b', name: 'Bee' },
      ]);
      expect(await projects.findProject(makeProject('c'))).toBeUndefined();
    });

    it('are found by any of their keys, and by no other', async () => {
      const { projects } = engine.store;
      const id = makeProject('a');
      await projects.saveProject({ id, name: 'A' });
      await projects.saveIngestKey(id, 'key one');
      await projects.saveIngestKey(id, 'key two');
      await projects.saveIngestKey(id, 'key two');
      expect(await projects.findProjectByKey('key one')).toEqual({ id, name: 'A' });
      expect(await projects.findProjectByKey('key two')).toEqual({ id, name: 'A' });
      expect(await projects.findProjectByKey('key three')).toBeUndefined();
    });

    it('refuse a key of another project, and a key for no project', async () => {
      const { projects } = engine.store;
      await projects.saveProject({ id: makeProject('a'), name: 'A' });
      await projects.saveProject({ id: makeProject('b'), name: 'B' });
      await projects.saveIngestKey(makeProject('a'), 'key');
      await expect(projects.saveIngestKey(makeProject('b'), 'key')).rejects.toMatchObject({ code: 'bad-request' });
      await expect(projects.saveIngestKey(makeProject('c'), 'other')).rejects.toMatchObject({ code: 'unknown-project' });
    });
  });
}
