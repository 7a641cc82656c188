/**
 * Writes through all three dialects at random, interleaved, on tasks of all three. Per field a model remembers what was
 * said last by a dialect that can say it; after every write each dialect that can say it shows just that. PROOF_WRITES
 * sets how many stories are told, PROOF_SEED repeats a run.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Driver, geoJson, isoDate, type Json, navixyDate, type Point, World } from './world.ts';

const SEED = Number(process.env['PROOF_SEED'] ?? Date.now() % 1_000_000);
const STORIES = Number(process.env['PROOF_WRITES'] ?? 20);
const HOUR_MS = 3_600_000;
const TAGS = 3;

let world: World;
let account: string;
let drivers: readonly Driver[];
const tagIds: number[] = [];

beforeAll(async () => {
  world = new World();
  account = await world.accountUrl();
  drivers = [await world.driver('Van'), await world.driver('Bike')];
  for (let n = 0; n < TAGS; n++) {
    const { body } = await world.navixy('tag/create', { tag: { name: `tag ${n}`, color: 'FF0000' } });
    tagIds.push(body.id);
  }
});
afterAll(() => world.close());

/** What is known of a task, by field; what nobody has said, or what one dialect left to another to make up, is absent. */
type Model = Map<string, unknown>;

interface Views {
  readonly navixy: Json;
  readonly gsmtasks: Json;
  readonly thetrack: Json;
}

/** Where each field is shown, in the model's words. */
const SHOWN: Readonly<Record<string, readonly ((views: Views) => unknown)[]>> = {
  label: [({ navixy }) => navixy.label],
  description: [({ navixy }) => navixy.description, ({ gsmtasks }) => gsmtasks.description],
  externalId: [
    ({ navixy }) => navixy.external_id,
    ({ gsmtasks }) => gsmtasks.external_id || null,
    ({ thetrack }) => thetrack.lookup_id || null,
  ],
  radius: [({ navixy }) => navixy.location.radius],
  delay: [({ navixy }) => navixy.max_delay],
  stay: [({ navixy }) => navixy.min_stay_duration],
  arrival: [({ navixy }) => navixy.min_arrival_duration],
  tags: [({ navixy }) => navixy.tags],
  point: [
    ({ navixy }) => [navixy.location.lng, navixy.location.lat],
    ({ gsmtasks }) => gsmtasks.address.location.coordinates,
    ({ thetrack }) => thetrack.location.point.coordinates,
  ],
  address: [({ navixy }) => navixy.location.address, ({ gsmtasks }) => gsmtasks.address.formatted_address],
  rawAddress: [({ gsmtasks }) => gsmtasks.address.raw_address],
  city: [({ gsmtasks }) => gsmtasks.address.city],
  landmark: [({ thetrack }) => thetrack.location.landmark],
  // Navixy knows no parts of a second, and always shows a date.
  from: [({ gsmtasks }) => instantOf(gsmtasks.complete_after)],
  fromShown: [({ navixy }) => Date.parse(`${navixy.from}Z`)],
  to: [({ gsmtasks }) => instantOf(gsmtasks.complete_before)],
  toShown: [({ navixy }) => Date.parse(`${navixy.to}Z`)],
  reference: [({ gsmtasks }) => gsmtasks.reference],
  barcodes: [({ gsmtasks }) => gsmtasks.barcodes],
  contact: [({ gsmtasks }) => gsmtasks.contact],
  signers: [({ gsmtasks }) => gsmtasks.signers],
  priority: [({ gsmtasks }) => gsmtasks.priority],
  size: [({ gsmtasks }) => gsmtasks.size],
  service: [({ gsmtasks }) => gsmtasks.duration],
  planned: [({ gsmtasks }) => instantOf(gsmtasks.scheduled_time)],
  position: [({ gsmtasks }) => gsmtasks.position],
  category: [({ gsmtasks }) => gsmtasks.category],
  action: [({ thetrack }) => thetrack.action],
  promised: [({ thetrack }) => instantOf(thetrack.commited_eta)],
  driver: [
    ({ navixy }) => drivers.find(({ id }) => id === navixy.tracker_id)?.uuid ?? null,
    ({ gsmtasks }) => gsmtasks.assignee?.split('/').at(-2) ?? null,
    ({ thetrack }) => thetrack.driver_id,
  ],
};

function instantOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** One write: how it is made, and what is known after it. A story that fails is told by its words. */
interface Write {
  readonly words: string;
  make(uuid: string): Promise<unknown>;
  /** undefined = it is not known any more. A function: of what was known before. */
  readonly says: Readonly<Record<string, unknown>>;
}

const words = fc.stringMatching(/^[a-zäß]{1,8}( [a-z0-9]{1,8}){0,2}$/);
const instant = (fromHour: number, toHour: number) =>
  fc
    .tuple(fc.integer({ min: fromHour * 60, max: toHour * 60 }), fc.constantFrom(0, 250))
    .map(([minutes, ms]) => world.nowMs + minutes * 60_000 + ms);
const wholeInstant = (fromHour: number, toHour: number) => instant(fromHour, toHour).map(secondOf);
const point = fc
  .tuple(fc.integer({ min: -80_000, max: 80_000 }), fc.integer({ min: -170_000, max: 170_000 }))
  .map(([lat, lon]) => ({ latDeg: lat / 1000, lonDeg: lon / 1000 }));

function secondOf(timeMs: number): number {
  return Math.floor(timeMs / 1000) * 1000;
}

/** A date that is sent back as Navixy shows it says nothing new. */
function instantAfter(before: unknown, saidMs: number): number {
  return typeof before === 'number' && secondOf(before) === saidMs ? before : saidMs;
}

/** Some of the members, one at least. */
function some<T extends object>(members: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(members, { requiredKeys: [] }).filter((made) => Object.keys(made).length > 0) as fc.Arbitrary<
    Partial<T>
  >;
}

/** The entries whose value is there, by another name and in other words. */
function saying(entries: readonly (readonly [name: string, value: unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** As Navixy's clients do it: the task is read, and sent back whole. */
const navixyEdit: fc.Arbitrary<Write> = some({
  label: words,
  description: words,
  external_id: fc.option(words),
  place: point,
  address: words,
  radius: fc.integer({ min: 1, max: 1000 }),
  from: wholeInstant(1, 5),
  to: wholeInstant(6, 10),
  max_delay: fc.nat(60),
  min_stay_duration: fc.nat(60),
  min_arrival_duration: fc.nat(60),
  tags: fc.uniqueArray(fc.nat(TAGS - 1)).map((places) => places.map((place) => tagIds[place]!)),
}).map(({ place, address, radius, from, to, ...plain }) => ({
  words: `Navixy changes ${JSON.stringify({ place, address, radius, from, to, ...plain })}`,
  async make(uuid) {
    const { body } = await world.navixy('task/read', { task_id: world.idOf(uuid) });
    const location = {
      ...body.value.location,
      ...(place && { lat: place.latDeg, lng: place.lonDeg }),
      ...(address !== undefined && { address }),
      ...(radius !== undefined && { radius }),
    };
    const dates = saying([
      ['from', from && navixyDate(from)],
      ['to', to && navixyDate(to)],
    ]);
    const answer = await world.navixy('task/update', { task: { ...body.value, ...plain, ...dates, location } });
    expect(answer.body).toEqual(expect.objectContaining({ success: true }));
  },
  says: saying([
    ['label', plain.label],
    ['description', plain.description],
    ['externalId', plain.external_id],
    ['point', place && [place.lonDeg, place.latDeg]],
    ['address', address],
    ['radius', radius],
    ['from', from && ((before: unknown) => instantAfter(before, from))],
    ['fromShown', from],
    ['to', to && ((before: unknown) => instantAfter(before, to))],
    ['toShown', to],
    ['delay', plain.max_delay],
    ['stay', plain.min_stay_duration],
    ['arrival', plain.min_arrival_duration],
    ['tags', plain.tags],
  ]),
}));

const contact = fc.record({
  name: words,
  company: words,
  phones: fc.array(fc.constantFrom('+44 1632 960167', '112'), { maxLength: 2 }),
  emails: fc.array(fc.constant('john@example.com'), { maxLength: 1 }),
  notes: words,
});

/** What TheTrack calls a category of GSMtasks, and the other way round (common model, section 3.2). */
const ACTIONS: Readonly<Record<string, string>> = {
  pick_up: 'pickup',
  drop_off: 'delivery',
  service: 'visit',
  assignment: 'task',
  warehouse: 'task',
};
const CATEGORIES: Readonly<Record<string, string>> = {
  pickup: 'pick_up',
  delivery: 'drop_off',
  visit: 'service',
  task: 'assignment',
};

const gsmtasksEdit: fc.Arbitrary<Write> = some({
  description: words,
  external_id: fc.option(words),
  reference: words,
  barcodes: fc.array(words, { maxLength: 2 }),
  contact,
  signers: fc.array(contact, { maxLength: 1 }),
  priority: fc.integer({ min: -5, max: 5 }),
  size: fc.option(fc.array(fc.nat(9), { maxLength: 3 })),
  duration: fc.option(fc.constantFrom('00:15:00', '2 04:00:00')),
  position: fc.option(fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 4)),
  category: fc.constantFrom(...Object.keys(ACTIONS)),
  from: fc.option(instant(1, 5)),
  to: fc.option(instant(6, 10)),
  planned: fc.option(instant(1, 10)),
  place: point,
  address: fc.record({ raw_address: words, formatted_address: words, city: words }),
  metafields: fc.dictionary(fc.constantFrom('erp:weight', 'erp:floor', 'gsmtasks:note'), words, { minKeys: 1 }),
}).map(({ from, to, planned, place, address, metafields, ...plain }) => {
  // An address without a point would have to be looked up.
  const sent = place && { ...address, location: geoJson(place) };
  const body = saying([
    ...Object.entries(plain),
    ['complete_after', from && isoDate(from)],
    ['complete_before', to && isoDate(to)],
    ['scheduled_time', planned && isoDate(planned)],
    ['address', sent],
    ['metafields', metafields],
  ]);
  return {
    words: `GSMtasks changes ${JSON.stringify(body)}`,
    make: (uuid) => world.did(world.gsmtasks('PATCH', `/tasks/${uuid}/`, body)),
    says: {
      ...saying([
        ['description', plain.description],
        ['externalId', plain.external_id],
        ['reference', plain.reference],
        ['barcodes', plain.barcodes],
        ['contact', plain.contact],
        ['signers', plain.signers],
        ['priority', plain.priority],
        ['size', plain.size],
        ['service', plain.duration],
        ['position', plain.position],
        ['category', plain.category],
        ['action', plain.category && ACTIONS[plain.category]],
        ['from', from],
        ['to', to],
        ['planned', planned],
        ['point', place && [place.lonDeg, place.latDeg]],
        ['address', place && address?.formatted_address],
        ['rawAddress', place && address?.raw_address],
        ['city', place && address?.city],
        ...Object.entries(metafields ?? {}).map(([name, value]) => [`metafield ${name}`, value] as const),
      ]),
      ...shownDates('fromShown', from),
      ...shownDates('toShown', to),
    },
  };
});

/** In Navixy, an end that nobody has set is made up. */
function shownDates(name: string, timeMs: number | null | undefined): Record<string, unknown> {
  if (timeMs === undefined) return {};
  return { [name]: timeMs === null ? undefined : secondOf(timeMs) };
}

/** An action that is sent back as it was shown says nothing new. */
function categoryAfter(before: string, action: string): string | undefined {
  return ACTIONS[before] === action ? before : CATEGORIES[action];
}

const thetrackEdit: fc.Arbitrary<Write> = some({
  action: fc.constantFrom(...Object.keys(CATEGORIES)),
  lookup_id: fc.oneof(words, fc.constant('')),
  location: fc.record({ place: point, landmark: fc.oneof(words, fc.constant('')) }),
  promised: fc.option(instant(6, 10)),
}).map(({ action, lookup_id, location, promised }) => {
  const body = saying([
    ['action', action],
    ['lookup_id', lookup_id],
    ['location', location && { point: geoJson(location.place), landmark: location.landmark }],
    ['commited_eta', promised && isoDate(promised)],
  ]);
  // A place of TheTrack has an address of its own, which nobody has said here.
  const forgotten = location && { address: undefined, rawAddress: undefined, city: undefined };
  return {
    words: `TheTrack changes ${JSON.stringify(body)}`,
    make: (uuid) => world.did(world.thetrack('PATCH', `/tasks/${uuid}/`, body)),
    says: {
      ...saying([
        ['action', action],
        ['category', action && ((before: unknown) => categoryAfter(String(before), action))],
        ['externalId', lookup_id === undefined ? undefined : lookup_id || null],
        ['point', location && [location.place.lonDeg, location.place.latDeg]],
        ['landmark', location?.landmark],
        ['promised', promised],
      ]),
      // It may stand for an end that nobody has set.
      ...(promised !== undefined && { toShown: undefined }),
      ...forgotten,
    },
  };
});

const DRIVERS = [0, 1] as const;

const navixyGives: fc.Arbitrary<Write> = fc.option(fc.constantFrom(...DRIVERS)).map((n) => ({
  words: `Navixy gives it to ${n}`,
  async make(uuid) {
    const tracker_id = n === null ? null : drivers[n]!.id;
    const { body } = await world.navixy('task/assign', { task_id: world.idOf(uuid), tracker_id });
    expect(body).toMatchObject({ success: true });
  },
  says: { driver: n === null ? null : drivers[n]!.uuid },
}));

const gsmtasksGives: fc.Arbitrary<Write> = fc.option(fc.constantFrom(...DRIVERS)).map((n) => ({
  words: `GSMtasks gives it to ${n}`,
  make(uuid) {
    const assignee = n === null ? null : `${account.replace(/\/accounts\/.*$/, '')}/users/${drivers[n]!.uuid}/`;
    return world.did(world.gsmtasks('PATCH', `/tasks/${uuid}/`, { assignee }));
  },
  says: { driver: n === null ? null : drivers[n]!.uuid },
}));

const thetrackGives: fc.Arbitrary<Write> = fc.constantFrom(...DRIVERS).map((n) => ({
  words: `TheTrack gives it to ${n}`,
  make(uuid) {
    return world.did(world.thetrack('POST', `/drivers/${drivers[n]!.uuid}/assign_tasks/`, { task_ids: [uuid] }));
  },
  // It stands at the end of that driver's queue now.
  says: { driver: drivers[n]!.uuid, position: undefined },
}));

const anyWrite = fc
  .oneof(
    { arbitrary: navixyEdit, weight: 4 },
    { arbitrary: gsmtasksEdit, weight: 4 },
    { arbitrary: thetrackEdit, weight: 3 },
    navixyGives,
    gsmtasksGives,
    thetrackGives,
  )
  .map((write) => ({ ...write, [fc.toStringMethod]: () => write.words }));

const PLACE: Point = { latDeg: 52, lonDeg: 13 };

/** One task of each dialect, as bare as it can be. */
const CREATE: Readonly<Record<string, () => Promise<string>>> = {
  async navixy() {
    const location = { lat: PLACE.latDeg, lng: PLACE.lonDeg, radius: 150, address: '' };
    const window = { from: navixyDate(world.nowMs + HOUR_MS), to: navixyDate(world.nowMs + 8 * HOUR_MS) };
    const task = { label: 'Deliver', description: '', location, ...window };
    return world.uuidOf((await world.navixy('task/create', { task })).body.id);
  },
  async gsmtasks() {
    const task = { account, category: 'drop_off', address: { raw_address: 'Quay 4', location: geoJson(PLACE) } };
    return (await world.did(world.gsmtasks('POST', '/tasks/', task))).id;
  },
  async thetrack() {
    return (await world.did(world.thetrack('POST', '/tasks/', { location: { point: geoJson(PLACE) } }))).id;
  },
};

async function viewsOf(uuid: string): Promise<Views> {
  const { body } = await world.navixy('task/read', { task_id: world.idOf(uuid) });
  expect(body).toMatchObject({ success: true });
  const gsmtasks = await world.did(world.gsmtasks('GET', `/tasks/${uuid}/`));
  const thetrack = await world.did(world.thetrack('GET', `/tasks/${uuid}/`));
  return { navixy: body.value, gsmtasks, thetrack };
}

/** What is shown of what is known: as the model has it, where nothing was lost. */
function shown(model: Model, views: Views): Record<string, readonly unknown[]> {
  const entries = [...model.keys()].map((field) => {
    const metafield = /^metafield (.+)$/.exec(field)?.[1];
    const ways = metafield === undefined ? SHOWN[field]! : [() => views.gsmtasks.metafields[metafield]];
    return [field, ways.map((way) => way(views))] as const;
  });
  return Object.fromEntries(entries);
}

function expected(model: Model): Record<string, readonly unknown[]> {
  return Object.fromEntries([...model].map(([field, value]) => [field, (SHOWN[field] ?? [null]).map(() => value)]));
}

it(`no write through one dialect loses what another has said (${STORIES} stories, seed ${SEED})`, async () => {
  const story = fc.array(fc.tuple(fc.constantFrom(...Object.keys(CREATE)), anyWrite), { minLength: 1, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(story, async (writes) => {
      const tasks = new Map<string, { readonly uuid: string; readonly model: Model }>();
      for (const [origin, write] of writes) {
        const task = tasks.get(origin) ?? { uuid: await CREATE[origin]!(), model: new Map() };
        tasks.set(origin, task);
        await write.make(task.uuid);
        for (const [field, said] of Object.entries(write.says)) {
          const value = typeof said === 'function' ? said(task.model.get(field)) : said;
          if (value === undefined) task.model.delete(field);
          else task.model.set(field, value);
        }
        const views = await viewsOf(task.uuid);
        expect(shown(task.model, views), `${write.words}, a task of ${origin}`).toEqual(expected(task.model));
        // Called as GSMtasks would call it, it counts as not named, and is called anew when what it was made of changes.
        if (origin === 'gsmtasks' && views.gsmtasks.metafields['navixy:label'] === undefined)
          task.model.delete('label');
      }
    }),
    { seed: SEED, numRuns: STORIES },
  );
}, 600_000);
