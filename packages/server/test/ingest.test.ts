/** The devices' door over real HTTP: what it takes, what it refuses, and that a refusal costs nobody else anything. */
import { CHUNK_TYPE, CHUNKS_TYPE, type CrashSummary, type DeviceSummary, KEY_HEADER, type Overview, path } from '@noinit/api';
import { simulateDevice } from '@noinit/testing';
import { scanAcks } from '@noinit/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KEY, launchServer, type RunningServer, sendRaw, sendText, startServer } from './start.ts';

const DEVICE = simulateDevice({ seed: 7, serial: 'A-1' });
const PAYLOAD_BYTES = DEVICE.messages.reduce((sum, { bytes }) => sum + bytes.length, 0);

async function overview(running: RunningServer, project?: string): Promise<Overview> {
  await running.server.idle();
  return running.get<Overview>(path.overview(), project);
}

describe('posting chunks', () => {
  it('acknowledges every byte and makes rows of it', async () => {
    const running = await startServer();
    const answer = await running.post(DEVICE.serial, DEVICE.chunks);
    expect(answer.status).toBe(202);
    const { acks, damage } = scanAcks(new Uint8Array(await answer.arrayBuffer()));
    expect(damage).toEqual([]);
    expect(acks.reduce((sum, { length }) => sum + length, 0)).toBe(PAYLOAD_BYTES);
    const { devices, ingest } = await overview(running);
    expect(devices).toBe(1);
    expect(ingest).toMatchObject({
      records: DEVICE.messages.length,
      chunks: DEVICE.chunks.length,
      partialMessages: 0,
      damagedChunks: 0,
    });
  });

  it('takes one chunk a request too, and a repeat changes nothing', async () => {
    const running = await startServer();
    const headers = { [KEY_HEADER]: KEY, 'content-type': CHUNK_TYPE };
    for (const chunk of [...DEVICE.chunks, ...DEVICE.chunks]) {
      const answer = await fetch(running.url + path.chunks(DEVICE.serial), { method: 'POST', headers, body: chunk });
      expect(answer.status).toBe(202);
      await answer.arrayBuffer();
    }
    const once = await overview(running);
    await running.post(DEVICE.serial, DEVICE.chunks);
    expect(await overview(running)).toEqual(once);
    expect(once.ingest.records).toBe(DEVICE.messages.length);
  });

  it('keeps devices apart by every kind of serial', async () => {
    const running = await startServer();
    const serials = ['00123', '123', 'a/b', 'a b', 'é', 'e\u0301', '__proto__', 'x'.repeat(128), '%2e', '<img src=x>'];
    for (const serial of serials) expect((await running.post(serial, DEVICE.chunks)).status).toBe(202);
    await running.server.idle();
    const devices = await running.list<DeviceSummary>(path.devices());
    expect(devices.map(({ serial }) => serial).sort()).toEqual([...serials].sort());
    for (const serial of serials) expect(await running.get(path.device(serial))).toMatchObject({ serial });
  });
});

describe('what is refused', () => {
  // One server for all of them: after every refusal it must be as empty and as well as before.
  let running: RunningServer;
  beforeAll(async () => {
    running = await launchServer();
  });
  afterAll(() => running.close());

  it.each([
    ['of a wrong escape', '%ff'],
    ['with a NUL', '%00'],
    ['with a line feed', '%0a'],
    ['of two dots', '..'],
    ['of one dot', '.'],
    ['of two escaped dots', '%2e%2e'],
    ['of 129 bytes', 'x'.repeat(129)],
    ['of 60,000 bytes', 'x'.repeat(60_000)],
    ['of half a character', '%ed%a0%80'],
    ['with a terminal escape', '%c2%9b31m'],
  ])('a serial %s', async (_name, serial) => {
    const url = `${running.url}/api/v1/devices/${serial}/chunks`;
    const headers = { [KEY_HEADER]: KEY, 'content-type': CHUNKS_TYPE };
    // Not through URL: it would resolve dots before they are sent.
    const { port } = new URL(running.url);
    const answer = await sendRaw(running.url, {
      method: 'POST',
      headers: { ...headers, host: `127.0.0.1:${port}` },
      body: new Uint8Array([1, 2]),
      ...{ path: url.slice(running.url.length) },
    });
    expect([400, 404, 414, 431]).toContain(answer.status);
    expect((await overview(running)).devices).toBe(0);
  });

  it.each([
    ['no key', {}, 401, 'unknown-key'],
    ['an unknown key', { [KEY_HEADER]: 'guess' }, 401, 'unknown-key'],
    ['another content type', { [KEY_HEADER]: KEY, 'content-type': 'application/json' }, 415, 'unsupported-media-type'],
    ['no content type', { [KEY_HEADER]: KEY, 'content-type': '' }, 415, 'unsupported-media-type'],
    ['a compressed body', { [KEY_HEADER]: KEY, 'content-encoding': 'gzip' }, 415, 'unsupported-media-type'],
    ['a body compressed twice', { [KEY_HEADER]: KEY, 'content-encoding': 'gzip, br' }, 415, 'unsupported-media-type'],
    ['a foreign Host', { [KEY_HEADER]: KEY, host: 'evil.example' }, 403, 'foreign-host'],
    ['a foreign Host with our port', { [KEY_HEADER]: KEY, host: 'PORT' }, 403, 'foreign-host'],
    ['a foreign Origin', { [KEY_HEADER]: KEY, origin: 'https://evil.example' }, 403, 'foreign-host'],
    ['the Origin of a file', { [KEY_HEADER]: KEY, origin: 'null' }, 403, 'foreign-host'],
  ])('%s', async (_name, headers, status, code) => {
    const { port } = new URL(running.url);
    const host = 'host' in headers && headers.host === 'PORT' ? { host: `evil.example:${port}` } : {};
    const answer = await sendRaw(running.url + path.chunks('A-1'), {
      method: 'POST',
      headers: { 'content-type': CHUNK_TYPE, ...headers, ...host },
      body: DEVICE.chunks[0] ?? new Uint8Array(),
    });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.code).toBe(code);
    expect((await overview(running)).devices).toBe(0);
  });

  it('a foreign Host also for reading, with every answer closed to other pages', async () => {
    const foreign = await sendRaw(running.url + path.overview(), { headers: { host: 'evil.example' } });
    expect(foreign.status).toBe(403);
    const own = await sendRaw(running.url + path.overview(), { headers: { host: `localhost:${new URL(running.url).port}` } });
    expect(own.status).toBe(200);
    for (const { headers } of [foreign, own]) {
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('a body over 1 MiB, whether it says so or not', async () => {
    const headers = { [KEY_HEADER]: KEY, 'content-type': CHUNKS_TYPE };
    const body = new Uint8Array(1024 * 1024 + 1);
    const length = { 'content-length': String(body.length) };
    const said = await sendRaw(running.url + path.chunks('A-1'), {
      method: 'POST',
      headers: { ...headers, ...length },
      body,
    }).catch(
      // The server may close before all of it is sent.
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect([413, 'EPIPE', 'ECONNRESET']).toContain(typeof said === 'object' ? said.status : said);
    const unsaid = await fetch(running.url + path.chunks('A-1'), { method: 'POST', headers, body });
    expect(unsaid.status).toBe(413);
    expect((await overview(running)).devices).toBe(0);
  });

  it('a body that cannot be split: nothing of it is stored', async () => {
    const headers = { [KEY_HEADER]: KEY, 'content-type': CHUNKS_TYPE };
    const [first = new Uint8Array()] = DEVICE.chunks;
    const body = new Uint8Array([first.length, ...first, 200, 1, 1]);
    const answer = await fetch(running.url + path.chunks('A-1'), { method: 'POST', headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 'bad-request', message: expect.stringContaining(`byte ${first.length + 3}`) },
    });
    expect((await overview(running)).ingest).toMatchObject({ chunks: 0, damagedChunks: 0 });
  });

  it('a body whose connection ends before its end: nothing of it is stored', async () => {
    const headers = { [KEY_HEADER]: KEY, 'content-type': CHUNKS_TYPE, 'content-length': '100000' };
    const cut = sendRaw(running.url + path.chunks('A-1'), { method: 'POST', headers, body: new Uint8Array(20), cut: true });
    await expect(cut).rejects.toThrow('cut');
    expect(await overview(running)).toMatchObject({ devices: 0, ingest: { chunks: 0, damagedChunks: 0 } });
  });

  it.each([
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na', 400],
    ['a length and chunks', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['no HTTP', '\u0000\u0001\u0002\r\n\r\n', 400],
    ['a header of 100 kB', `GET / HTTP/1.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`, 431],
  ])('what is not one HTTP request, in the same words as the rest: %s', async (_name, text, status) => {
    const answer = await sendText(running.url, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain('"error":{"code":"bad-request"');
    expect(answer).toContain('x-content-type-options: nosniff');
  });

  it('an unknown project, without saying which there are', async () => {
    for (const project of ['other', '../demo', '__proto__', '']) expect(await running.status(path.overview(), project)).toBe(404);
  });

  it('an address that is not 127.0.0.1', async () => {
    await expect(startServer({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(startServer({ host: '::' })).rejects.toMatchObject({ code: 'bad-request' });
  });
});

describe('damage on the way', () => {
  it('acknowledges what was bent, counts it, and loses nothing else', async () => {
    const running = await startServer();
    const victim = DEVICE.messages.find(({ chunks }) => chunks.length > 1)?.chunks[1];
    const bent = DEVICE.chunks.map((chunk) =>
      chunk === victim ? chunk.map((byte, at) => (at === 0 ? byte ^ 0x10 : byte)) : chunk,
    );
    expect((await running.post(DEVICE.serial, bent)).status).toBe(202);
    const damaged = await overview(running);
    expect(damaged.ingest).toMatchObject({ damagedChunks: 1, partialMessages: 1, records: DEVICE.messages.length - 1 });
    // The device was not told that the right bytes arrived, so it sends them again.
    await running.post(DEVICE.serial, DEVICE.chunks);
    expect((await overview(running)).ingest).toMatchObject({ records: DEVICE.messages.length, partialMessages: 0 });
  });

  it('never fails for any one bit of a message', async () => {
    const running = await startServer();
    const chunks = DEVICE.messages[0]?.chunks ?? [];
    const bits = chunks.reduce((sum, chunk) => sum + chunk.length, 0) * 8;
    for (let bit = 0; bit < bits; bit += 7) {
      expect((await running.post(`bit-${bit}`, flipBit(chunks, bit))).status).toBe(202);
    }
    await running.server.idle();
    expect(running.events).toEqual([]);
    expect((await running.post('whole', DEVICE.chunks)).status).toBe(202);
  }, 30_000);
});

describe('two projects with the same serials', () => {
  it('never see each other', async () => {
    const running = await startServer();
    await running.addProject('other', 'key-of-other');
    const theirs = simulateDevice({ seed: 8, serial: DEVICE.serial });
    await running.post(DEVICE.serial, DEVICE.chunks);
    await running.post(theirs.serial, theirs.chunks, 'key-of-other');
    await running.server.idle();
    const ours = await running.list<CrashSummary>(path.crashes(), 'demo');
    const others = await running.list<CrashSummary>(path.crashes(), 'other');
    const crashesOf = (device: typeof DEVICE) => device.messages.filter(({ record }) => record.kind === 'crash').length;
    expect([ours.length, others.length]).toEqual([crashesOf(DEVICE), crashesOf(theirs)]);
    for (const { id, issue } of ours) {
      for (const url of [path.crash(id), path.dump(id), path.issue(issue)]) {
        expect(await running.status(url, 'demo')).toBe(200);
      }
      expect(await running.status(path.crash(id), 'other')).toBe(404);
      expect(await running.status(path.dump(id), 'other')).toBe(404);
      expect(await running.list(path.crashes(issue), 'other')).toEqual([]);
    }
    const counts = await Promise.all(['demo', 'other'].map(async (project) => (await overview(running, project)).ingest.records));
    expect(counts).toEqual([DEVICE.messages.length, theirs.messages.length]);
    const lineages = (device: typeof DEVICE) => new Set(device.messages.map(({ record }) => record.key.lineage));
    for (const [project, device] of [
      ['demo', DEVICE],
      ['other', theirs],
    ] as const) {
      const { bootList } = await running.get<{ bootList: { lineage: number }[] }>(path.device(DEVICE.serial), project);
      expect(new Set(bootList.map(({ lineage }) => lineage))).toEqual(lineages(device));
    }
  });

  it('have issues of their own, even for the same bytes', async () => {
    const running = await startServer();
    await running.addProject('other', 'key-of-other');
    await running.post(DEVICE.serial, DEVICE.chunks);
    await running.post(DEVICE.serial, DEVICE.chunks, 'key-of-other');
    await running.server.idle();
    const ids = async (project: string) => (await running.list<CrashSummary>(path.crashes(), project)).map(({ id }) => id);
    const [ours, others] = [await ids('demo'), await ids('other')];
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((id) => others.includes(id))).toEqual([]);
  });
});

function flipBit(chunks: readonly Uint8Array[], bit: number): Uint8Array[] {
  let left = bit;
  return chunks.map((chunk) => {
    const inside = left >= 0 && left < chunk.length * 8;
    const at = left;
    left -= chunk.length * 8;
    return inside ? chunk.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte)) : chunk;
  });
}
