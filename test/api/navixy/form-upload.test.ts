/** Files of forms from the outside: room, upload, reading, and what becomes of those that nobody submits. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TASK } from '../kit.ts';
import { CLERK_KEY, LiveKit, type SentFile } from '../live-kit.ts';
import { originOf } from '../present-app.ts';
import { PNG, TEMPLATE } from './form-sample.ts';

let kit: LiveKit;

const HOUR_MS = 3_600_000;
const WINDOW = { from: '2026-03-01 11:00:00', to: '2026-03-20 14:00:00' };
const NAME = { 'Text-1': { type: 'text', value: 'John Doe' } };

beforeEach(async () => {
  kit = new LiveKit({ uploadMs: HOUR_MS, keptMs: 5 * HOUR_MS, bytesMax: 17 * 1024 * 1024 });
  await kit.navixy('form/template/create', { template: TEMPLATE });
  await kit.navixy('task/create', { task: { ...TASK, ...WINDOW, form_template_id: 1 }, create_form: true });
});

afterEach(() => kit.close());

interface Room {
  readonly file_id: number;
  readonly url: string;
  readonly fields: { readonly token: string };
}

async function room(field_id: string, size = 900, more: object = {}): Promise<Room> {
  return (await kit.navixy('task/form/file/create', { task_id: 1, field_id, size, ...more })).body.value;
}

function upload({ url, fields }: Pick<Room, 'url' | 'fields'>, file: Partial<SentFile>) {
  const path = new URL(url).pathname;
  return kit.post(path, Object.entries(fields), [{ name: 'a.png', content: PNG, ...file }]);
}

async function files() {
  return (await kit.navixy('task/form/read', { task_id: 1 })).body.files;
}

/** What lies on the disk. */
function contents(): string[] {
  const directory = join(kit.directory, 'files');
  return existsSync(directory) ? readdirSync(directory) : [];
}

async function sweep(): Promise<void> {
  while (kit.operations.sweepFormFiles());
}

describe('a file', () => {
  it('is asked for, uploaded, submitted and read', async () => {
    const asked = await kit.navixy('task/form/file/create', {
      task_id: 1,
      field_id: 'Photo',
      size: 900,
      filename: "Beweis №1 (Tom's).png",
      metadata: { orientation: 6 },
    });
    expect(asked.body).toMatchObject({
      success: true,
      value: {
        file_id: 1,
        url: 'http://localhost:80/v2/form/file/upload',
        expires: '2026-03-01 13:00:00',
        file_field_name: 'file',
        fields: { token: expect.stringMatching(/^[0-9a-f]{32}$/) },
      },
    });
    const bound = { form_field: { form_id: 1, field_id: 'Photo', submitted: false } };
    const head = { id: 1, storage_id: 1, user_id: 1, created: '2026-03-01 12:00:00', metadata: { orientation: 6 } };
    expect(await files()).toEqual([
      {
        ...head,
        ...{
          type: 'file',
          uploaded: null,
          name: "Beweis №1 (Tom's).png",
          size: 900,
          mime_type: null,
          state: 'created',
        },
        ...{ download_url: null, bindings: bound, previews: [] },
      },
    ]);
    kit.nowMs += 60_000;
    expect((await upload(asked.body.value, { name: 'other.png', type: 'text/html' })).body).toEqual({ success: true });
    const [file] = await files();
    expect(file).toEqual({
      ...head,
      ...{ type: 'image', uploaded: '2026-03-01 12:01:00', name: "Beweis №1 (Tom's).png", size: PNG.length },
      ...{ mime_type: 'image/png', state: 'uploaded', previews: [], bindings: bound },
      download_url: expect.stringMatching(/^http:\/\/localhost:80\/v2\/form\/file\/download\?token=[0-9a-f]{32}$/),
    });
    const values = { ...NAME, Photo: { type: 'photo', file_ids: [1] } };
    expect((await kit.navixy('task/form/submit', { task_id: 1, values })).body).toEqual({ success: true });
    const [submitted] = await files();
    expect(submitted.bindings.form_field.submitted).toBe(true);
    const { pathname, search } = new URL(submitted.download_url);
    const content = await kit.get(pathname + search);
    expect(content.bytes.equals(PNG)).toBe(true);
    expect(content.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "attachment; filename*=UTF-8''Beweis%20%E2%84%961%20%28Tom%27s%29.png",
      'x-content-type-options': 'nosniff',
    });
  });

  it('goes by the name of its upload where none was said, and never by a path', async () => {
    await upload(await room('File'), { name: '../../etc/pass\u0007wd.txt', content: Buffer.from('hello') });
    expect((await files())[0]).toMatchObject({
      name: expect.stringMatching(/^[ -.0-[\]-~]+$/),
      mime_type: 'application/octet-stream',
    });
    expect(contents()).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
  });

  it('is a signature alone', async () => {
    const { file_id } = await room('Sign');
    const values = { ...NAME, Sign: { type: 'file', file_id } };
    const early = await kit.navixy('task/form/submit', { task_id: 1, values });
    expect(early.body.errors).toMatchObject([{ field_id: 'Sign', code: 10 }]);
    const again = await room('Sign');
    await upload(again, {});
    const signed = { ...NAME, Sign: { type: 'signature', file_id: again.file_id } };
    expect((await kit.navixy('task/form/submit', { task_id: 1, values: signed })).body).toEqual({ success: true });
    const { value } = (await kit.navixy('task/form/read', { task_id: 1 })).body;
    expect(value.values.Sign).toEqual({ type: 'file', file_id: again.file_id });
  });
});

describe('room for a file', () => {
  it.each([
    ['a field that is not there', { field_id: 'Nope', size: 1 }, 400, 201],
    ['a field that takes no files', { field_id: 'Drop', size: 1 }, 409, 231],
    ['a separator', { field_id: 'Sep', size: 1 }, 409, 231],
    ['more than the field takes', { field_id: 'File', size: 1001 }, 413, 271],
    ['more than any field takes', { field_id: 'Photo', size: 16 * 1024 * 1024 + 1 }, 413, 271],
    ['nothing', { field_id: 'Photo', size: 0 }, 400, 7],
    ['no size', { field_id: 'Photo' }, 400, 7],
    ['no field', { size: 1 }, 400, 7],
    ['a name with a line break', { field_id: 'Photo', size: 1, filename: 'a\nb' }, 400, 7],
  ])('is refused for %s', async (_name, parameters, status, code) => {
    const answer = await kit.navixy('task/form/file/create', { task_id: 1, ...parameters });
    expect([answer.status, answer.body.status.code]).toEqual([status, code]);
  });

  it('is refused for a seventh file that waits in one field, until one of them expires', async () => {
    for (let n = 0; n < 6; n++) await room('Photo');
    const seventh = () => kit.navixy('task/form/file/create', { task_id: 1, field_id: 'Photo', size: 1 });
    expect((await seventh()).body.status.code).toBe(267);
    expect((await room('File')).file_id).toBe(7);
    kit.nowMs += HOUR_MS;
    expect((await seventh()).body.success).toBe(true);
  });

  it('is refused once all files together would take too much, and given when some are gone', async () => {
    const large = { task_id: 1, field_id: 'Photo', size: 16 * 1024 * 1024 };
    expect((await kit.navixy('task/form/file/create', large)).status).toBe(200);
    expect(await kit.navixy('task/form/file/create', large)).toMatchObject({
      status: 402,
      body: { status: { code: 268 } },
    });
    kit.nowMs += HOUR_MS + 60_000;
    await sweep();
    expect((await kit.navixy('task/form/file/create', large)).status).toBe(200);
  });

  it('is refused once the task is finished, without the right to that', async () => {
    const van = await kit.addTracker('Van');
    await kit.navixy('task/assign', { task_id: 1, tracker_id: van });
    await kit.navixy('task/form/submit', { task_id: 1, values: NAME });
    kit.nowMs += 60_000;
    await kit.send(van, { timeMs: kit.nowMs, latDeg: TASK.location.lat, lonDeg: TASK.location.lng });
    const parameters = { task_id: 1, field_id: 'Photo', size: 1 };
    expect((await kit.navixy('task/form/file/create', parameters, CLERK_KEY)).body.status.code).toBe(255);
    expect((await kit.navixy('task/form/file/create', parameters)).body.success).toBe(true);
  });
});

describe('an upload', () => {
  it.each([
    ['more than was asked for', 'Photo', { content: Buffer.concat([PNG, Buffer.alloc(900)]) }, 413, 271, undefined],
    ['no image where one is asked for', 'Photo', { content: Buffer.from('<svg onload=alert(1)>') }, 400, 242, 9],
    ['less than an image', 'Sign', { content: Buffer.from('\x89PNG', 'latin1') }, 400, 242, 9],
    ['nothing at all', 'Photo', { content: Buffer.alloc(0) }, 400, 242, 6],
    ['another extension', 'File', { name: 'a.exe', content: Buffer.from('hello') }, 400, 242, 9],
    ['no extension', 'File', { name: 'txt', content: Buffer.from('hello') }, 400, 242, 9],
    ['less than the field asks for', 'File', { name: 'a.TXT', content: Buffer.from('hi') }, 400, 242, 6],
  ])(
    'of %s is refused and leaves nothing, and its token is good for another',
    async (_name, field, file, status, code, fieldCode) => {
      const given = await room(field);
      const refused = await upload(given, file);
      expect([refused.status, refused.body.status.code]).toEqual([status, code]);
      expect(refused.body.errors?.[0]?.code).toBe(fieldCode);
      expect(contents()).toEqual([]);
      expect((await files())[0].state).toBe('created');
      const right = field === 'File' ? { name: 'a.Pdf', content: Buffer.from('fine') } : {};
      expect((await upload(given, right)).body).toEqual({ success: true });
    },
  );

  it('of the greatest size is taken whole, and one byte more is not', async () => {
    const most = 16 * 1024 * 1024;
    const content = Buffer.alloc(most + 1, PNG.subarray(0, 8));
    const given = await room('Photo', most);
    expect((await upload(given, { content })).body.status.code).toBe(271);
    expect((await upload(given, { content: content.subarray(0, most) })).body).toEqual({ success: true });
    expect((await files())[0]).toMatchObject({ size: most, state: 'uploaded' });
  });

  it('that is refused while it still comes gets its answer, over a real connection', async () => {
    const origin = await originOf(kit.app);
    const { fields } = await room('Photo');
    for (let n = 0; n < 2; n++) {
      const form = new FormData();
      form.set('token', fields.token);
      form.set('file', new Blob([Buffer.alloc(8 * 1024 * 1024, PNG)]), 'a.png');
      const response = await fetch(`${origin}/v2/form/file/upload`, { method: 'POST', body: form });
      expect([response.status, ((await response.json()) as { status: { code: number } }).status.code]).toEqual([
        413, 271,
      ]);
    }
  });

  it('that is refused unread gets its answer as well', async () => {
    const origin = await originOf(kit.app);
    for (const token of [null, 'x'.repeat(32)]) {
      const form = new FormData();
      if (token !== null) form.set('token', token);
      form.set('file', new Blob([Buffer.alloc(8 * 1024 * 1024)]), 'a.png');
      const response = await fetch(`${origin}/form/file/upload`, { method: 'POST', body: form });
      const { status } = (await response.json()) as { status: { code: number } };
      expect(status.code).toBe(token === null ? 7 : 201);
    }
  });

  it('is taken once', async () => {
    const given = await room('Photo');
    await upload(given, {});
    expect((await upload(given, {})).body.status).toEqual({ code: 269, description: 'Invalid file state' });
    expect(contents()).toHaveLength(1);
  });

  it('is taken once, also when two come at a time', async () => {
    const given = await room('Photo');
    const answers = await Promise.all([upload(given, {}), upload(given, {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('is too late when its time is over', async () => {
    const given = await room('Photo');
    kit.nowMs += HOUR_MS;
    expect((await upload(given, {})).body.status.code).toBe(269);
  });

  it('of a form that its task has no longer is for nothing', async () => {
    const given = await room('Photo');
    await kit.navixy('task/form/delete', { task_id: 1 });
    expect((await upload(given, {})).body.status.code).toBe(201);
  });

  it.each([
    ['no token', [], [{ name: 'a.png', content: PNG }], 7],
    ['a token that nobody was given', [['token', 'x'.repeat(32)]], [{ name: 'a.png', content: PNG }], 201],
    ['no file', [['token', 'x']], [], 233],
    ['no parts', [], [], 233],
    ['a field that poses as a prototype', [['__proto__', 'x']], [{ name: 'a.png', content: PNG }], 7],
    ['more fields than there is a reason for', Array.from({ length: 40 }, (_, i) => [`f${i}`, 'x']), [], 5],
  ] as const)('with %s is refused', async (_name, fields, sent, code) => {
    const { body } = await kit.post('/form/file/upload', fields as readonly (readonly [string, string])[], sent);
    expect(body.status.code).toBe(code);
  });

  it.each([
    ['of another type', 'application/json', '{}'],
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that breaks off',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="token"\r\n\r\nx',
    ],
    [
      'that breaks off in its file',
      'multipart/form-data; boundary=b',
      'TOKEN--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nxxxxxxxxxxxxxxxx',
    ],
  ])('%s is a wrong format', async (_name, type, payload) => {
    const { fields } = await room('File');
    const token = `--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n${fields.token}\r\n`;
    const response = await kit.app.inject({
      method: 'POST',
      url: '/v2/form/file/upload',
      headers: { 'content-type': type },
      payload: payload.replace('TOKEN', token),
    });
    expect(response.json()).toMatchObject({ success: false, status: { code: 5 } });
    expect(contents()).toEqual([]);
    expect((await files())[0].state).toBe('created');
  });

  it('leaves other bodies as small as they were', async () => {
    const { status, body } = await kit.navixy('task/form/submit', { values: { a: 'x'.repeat(1_048_576) } });
    expect([status, body.status.code]).toEqual([412, 9]);
  });
});

describe('files that nobody needs', () => {
  async function uploaded(): Promise<number> {
    const given = await room('Photo');
    await upload(given, {});
    return given.file_id;
  }

  async function submit(call: string, fileIds: readonly number[]) {
    const values = { ...NAME, Photo: { type: 'photo', file_ids: fileIds } };
    return (await kit.navixy(call, { task_id: 1, values })).body;
  }

  async function states(): Promise<string[]> {
    return (await files()).map((file: { state: string }) => file.state);
  }

  it('are those that a submission does not name', async () => {
    const [first, second] = [await uploaded(), await uploaded()];
    await submit('task/form/submit', [first]);
    expect(await states()).toEqual(['uploaded', 'deleted']);
    await sweep();
    expect([await states(), contents().length]).toEqual([['uploaded'], 1]);
    expect(second).toBe(first + 1);
  });

  it('are those that a correction no longer names', async () => {
    const [first, second] = [await uploaded(), await uploaded()];
    await submit('task/form/submit', [first, second]);
    await submit('task/form/values/update', [second]);
    await sweep();
    expect(await files()).toMatchObject([{ id: second, state: 'uploaded' }]);
  });

  it('are those that were not submitted in time, and no others', async () => {
    const kept = await uploaded();
    await submit('task/form/submit', [kept]);
    await uploaded();
    await room('Photo');
    kit.nowMs += HOUR_MS;
    await sweep();
    expect(await states()).toEqual(['uploaded', 'uploaded']);
    kit.nowMs += 5 * HOUR_MS;
    expect(await files()).toMatchObject([{ id: kept }]);
    kit.nowMs += 60_000;
    await sweep();
    expect(await files()).toMatchObject([{ id: kept }]);
    expect(contents()).toHaveLength(1);
  });

  it('that have expired cannot be submitted any more', async () => {
    const late = await uploaded();
    kit.nowMs += 5 * HOUR_MS;
    expect((await submit('task/form/submit', [late])).errors).toMatchObject([{ field_id: 'Photo', code: 8 }]);
  });

  it('are not those of the attempt before, until the next submission; nor do they stand in its way', async () => {
    const before = [await uploaded(), await uploaded()];
    await submit('task/form/submit', before);
    await kit.navixy('task/assign', { task_id: 1, tracker_id: await kit.addTracker('Van') });
    kit.nowMs += 6 * HOUR_MS;
    await sweep();
    expect(await states()).toEqual(['uploaded', 'uploaded']);
    const after: number[] = [];
    for (let n = 0; n < 6; n++) after.push(await uploaded());
    expect(await submit('task/form/submit', after.slice(0, 2))).toEqual({ success: true });
    await sweep();
    expect((await files()).map(({ id }: { id: number }) => id)).toEqual(after.slice(0, 2));
  });

  it.each([
    ['its task', 'task/delete', {}],
    ['its form', 'task/form/delete', {}],
    [
      'its form by another one',
      'task/update',
      { task: { ...TASK, ...WINDOW, id: 1, form_template_id: 1 }, create_form: true },
    ],
  ])('go with %s, and can no longer be read from then on', async (_name, call, parameters) => {
    await uploaded();
    const { pathname, search } = new URL((await files())[0].download_url);
    expect((await kit.get(pathname + search)).status).toBe(200);
    await kit.navixy(call, { task_id: 1, ...parameters });
    expect((await kit.get(pathname + search)).body.status.code).toBe(201);
    await sweep();
    expect(contents()).toEqual([]);
  });
});
