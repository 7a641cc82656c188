import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FAR, GOAL_POINT, MINUTE_MS, SECRET_KEY, ThetrackKit } from '../thetrack/thetrack-kit.ts';

let kit: ThetrackKit;

beforeEach(() => {
  kit = new ThetrackKit();
});

afterEach(() => kit.close());

const HOUR_MS = 60 * MINUTE_MS;

interface Task {
  readonly id: string;
  readonly tracking_url: string;
}

function pathOf({ tracking_url }: Task): string {
  return new URL(tracking_url).pathname;
}

function look(task: Task) {
  return kit.app.inject(pathOf(task));
}

async function stateOf(task: Task): Promise<ReturnType<typeof JSON.parse>> {
  return (await kit.app.inject(`${pathOf(task)}/state.json`)).json();
}

async function underWay(): Promise<{ driver: { id: string }; task: Task }> {
  const driver = await kit.make('drivers', { name: 'Ann', phone: '+49301234567', lookup_id: 'staff-1' });
  const location = { point: GOAL_POINT, landmark: 'second door' };
  const task = await kit.make('tasks', { location, lookup_id: 'order-77' });
  await kit.assign(driver, task);
  await kit.drive(driver, FAR, { latDeg: 52.45, lonDeg: 13.4 });
  return { driver, task };
}

describe('the page of a task', () => {
  it('is there before anybody has it', async () => {
    const task = await kit.make('tasks', { location: { address: 'Unter den Linden 1' } });
    const { statusCode, body, headers } = await look(task);
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<h1 id="title" aria-live="polite">Waiting for a driver</h1>');
    expect(body).toContain('Unter den Linden 1');
    expect(await stateOf(task)).toEqual({
      ...{ title: 'Waiting for a driver', address: 'Unter den Linden 1', driver: null, eta: null, arrivedAt: null },
      ...{ finishedAt: null, destination: null, position: null, trail: [] },
      mapText: 'There is nothing to show on a map.',
    });
  });

  it('keeps to itself: no cache, no frame, no index, no referrer, nothing from elsewhere', async () => {
    const { headers, body } = await look(await kit.make('tasks'));
    expect(headers).toMatchObject({
      ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' },
      ...{ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' },
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; /);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(body).not.toMatch(/\ssrc=|href=|\sstyle=|\son\w+=|@import|url\(/);
  });

  it('shows driver, way and forecast while the driver works on it', async () => {
    const { task } = await underWay();
    expect(await stateOf(task)).toEqual({
      ...{ title: 'On the way', address: '', driver: 'Ann', eta: expect.stringMatching(/^2026-03-01T12:/) },
      ...{ arrivedAt: null, finishedAt: null },
      destination: { lat: 52.5, lon: 13.4, radius: 150 },
      position: { lat: 52.45, lon: 13.4, at: '2026-03-01T12:00:20.000Z' },
      trail: [
        [13.4, 52.4],
        [13.4, 52.45],
      ],
      mapText: 'The map shows the destination, the driver, 5.6 km away in a straight line and the way so far.',
    });
  });

  it('says nothing of ids, keys, phones, lookup ids, landmarks and other tasks', async () => {
    const { driver, task } = await underWay();
    const other = await kit.make('tasks', { location: { address: 'Somewhere else 9' }, driver_id: driver.id });
    const told = (await look(task)).body + JSON.stringify(await stateOf(task));
    for (const secret of [
      task.id,
      driver.id,
      other.id,
      '+49301234567',
      'staff-1',
      'order-77',
      'second door',
      'Somewhere else',
    ]) {
      expect(told).not.toContain(secret);
    }
    expect(told).not.toContain(pathOf(other));
  });

  it('hides where the driver is before the start, while it is on hold, and after the finish', async () => {
    const { driver, task } = await underWay();
    const next = await kit.make('tasks', { location: { point: GOAL_POINT }, driver_id: driver.id });
    expect(await stateOf(next)).toMatchObject({
      title: 'Not started yet',
      position: null,
      trail: [],
      eta: expect.any(String),
    });
    await kit.ask('POST', `/v1/tasks/${task.id}/suspend/`);
    expect(await stateOf(task)).toMatchObject({ title: 'Interrupted', position: null, trail: [], eta: null });
    await kit.ask('POST', `/v1/tasks/${task.id}/complete/`);
    expect(await stateOf(task)).toMatchObject({
      ...{ title: 'Completed', position: null, trail: [], eta: null, finishedAt: '2026-03-01T12:00:20.000Z' },
      mapText: 'The map shows the destination.',
    });
  });

  it('says that the driver has arrived', async () => {
    const { driver, task } = await underWay();
    await kit.drive(driver, { latDeg: 52.5, lonDeg: 13.4 });
    expect(await stateOf(task)).toMatchObject({ title: 'Arrived', eta: null, arrivedAt: '2026-03-01T12:00:30.000Z' });
  });

  it('reads the way anew after a few seconds, and not for each reader', async () => {
    const { driver, task } = await underWay();
    const first = await stateOf(task);
    const tracker = kit.line.trackers().find(({ uuid }) => uuid === driver.id)!;
    kit.nowMs += 1000;
    await kit.send(tracker.id, [{ latDeg: 52.46, lonDeg: 13.4, timeMs: kit.nowMs }]);
    expect(await stateOf(task)).toEqual(first);
    kit.nowMs += 3000;
    expect((await stateOf(task)).position.lat).toBe(52.46);
  });
});

describe('what is not there', () => {
  it.each(['', '/state.json'])('is answered alike, whyever: %j', async (end) => {
    const { task } = await underWay();
    const path = pathOf(task);
    const gone = [`/t/${'0'.repeat(12)}`, '/t/1', '/t/%F0%9F%98%80', `${path}x`, path.slice(0, -1)];
    const answers = [];
    for (const wrong of gone) answers.push(await kit.app.inject(wrong + end));
    const [deleted, prepared] = [await kit.make('tasks'), await kit.make('tasks')];
    await kit.do({ kind: 'delete_task', taskId: 2 });
    answers.push(await kit.app.inject(pathOf(deleted) + end));
    await kit.do({ kind: 'move_task', taskId: 3, move: 'shelve', timeMs: null });
    answers.push(await kit.app.inject(pathOf(prepared) + end));
    await kit.ask('POST', `/v1/tasks/${task.id}/complete/`);
    kit.nowMs += 24 * HOUR_MS;
    expect((await kit.app.inject(path + end)).statusCode).toBe(200);
    kit.nowMs += 1;
    answers.push(await kit.app.inject(path + end));
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1);
    expect(answers[0]!.statusCode).toBe(404);
  });
});

describe('what people typed', () => {
  const EVIL = `</script><script>alert(1)</script><img src=x onerror="alert('2')">&amp;`;

  it('is text, in the page and in its data', async () => {
    const driver = await kit.make('drivers', { name: EVIL });
    const task = await kit.make('tasks', { location: { address: EVIL }, driver_id: driver.id });
    const { body } = await look(task);
    expect(body.match(/<script/g)).toHaveLength(2);
    expect(body.match(/<\/script/g)).toHaveLength(2);
    expect(body).not.toContain('<img');
    expect(body).toContain('&lt;img src=x onerror=&quot;alert(&#39;2&#39;)&quot;&gt;&amp;amp;');
    const data = /<script type="application\/json" id="state">(.*)<\/script>/.exec(body)![1]!;
    expect(JSON.parse(data)).toMatchObject({ address: EVIL, driver: EVIL });
    expect(await stateOf(task)).toMatchObject({ address: EVIL, driver: EVIL });
  });
});

describe('readers', () => {
  it('that ask too often are told to wait, others are not', async () => {
    const path = pathOf(await kit.make('tasks'));
    const ask = async (remoteAddress: string) => (await kit.app.inject({ url: path, remoteAddress })).statusCode;
    const answers = [];
    for (let i = 0; i < 25; i++) answers.push(await ask('192.0.2.1'));
    expect(answers.filter((status) => status === 200)).toHaveLength(20);
    expect(answers.at(-1)).toBe(429);
    expect(await ask('192.0.2.2')).toBe(200);
    kit.nowMs += 2000;
    expect(await ask('192.0.2.1')).toBe(200);
  });

  it('that guess are held to the same', async () => {
    let status = 404;
    for (let i = 0; i < 25; i++) status = (await kit.app.inject(`/t/${i}AAAAAAAAAAAA/state.json`)).statusCode;
    expect(status).toBe(429);
  });
});

it('an address is as the gateway is known by', async () => {
  const { body } = await kit.ask('POST', '/v1/tasks/', {});
  const told = await kit.app.inject({
    url: `/v1/tasks/${body.id}/`,
    headers: { authorization: `token ${SECRET_KEY}`, host: 'fleet.test:8443' },
  });
  expect(told.json().tracking_url).toBe(`http://fleet.test:8443${pathOf(body)}`);
});
