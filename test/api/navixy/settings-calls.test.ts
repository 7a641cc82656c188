/** The owner's preferences, of which the time zone counts at once, and the geocoder that need not be there. */
import { beforeEach, describe, expect, it } from 'vitest';
import { GEOCODER_CALLS } from '../../../src/api/navixy/geocoder-calls.ts';
import { SETTINGS_CALLS } from '../../../src/api/navixy/settings-calls.ts';
import { TASK_CALLS } from '../../../src/api/navixy/task-calls.ts';
import { FIRST_KEY } from '../../operations/fake-line.ts';
import { LiveKit } from '../calls-kit.ts';
import { TASK } from '../kit.ts';

let kit: LiveKit;

beforeEach(() => {
  kit = new LiveKit([...SETTINGS_CALLS, ...TASK_CALLS, ...GEOCODER_CALLS]);
});

const CALENDAR = { date_format: 'yyyyMMdd_hyphens', hour_mode: 'TWENTY_FOUR_HOURS' };
const USUAL = {
  ...{ time_zone: 'UTC', locale: 'en_US', measurement_system: 'metric' },
  ...CALENDAR,
  ...{ geocoder: 'osm', route_provider: 'osrm', translit: false },
};

describe('user/settings', () => {
  it('are the usual ones until some are set; the others stay', async () => {
    expect((await kit.do('user/settings/read')).settings).toEqual(USUAL);
    await kit.do('user/settings/update', { locale: 'nl_NL', translit: true });
    await kit.do('user/settings/update', { time_zone: 'Europe/Amsterdam', locale: 'nl_BE' });
    const changed = { time_zone: 'Europe/Amsterdam', locale: 'nl_BE', translit: true };
    expect((await kit.do('user/settings/read')).settings).toEqual({ ...USUAL, ...changed });
  });

  it('a new time zone is that of all dates from the next request on, and moves no instant', async () => {
    const { id } = await kit.do('task/create', { task: TASK });
    await kit.do('user/settings/update', { time_zone: 'America/New_York' });
    const { value } = await kit.do('task/read', { task_id: id });
    expect([value.from, value.to]).toEqual(['2026-03-01 03:00:00', '2026-03-01 05:00:00']);
    expect((await kit.do('task/read', { task_id: id, iso_datetime: true })).value.from).toBe(
      '2026-03-01T03:00:00-05:00',
    );
    await kit.do('task/update', { task: { ...TASK, id } });
    expect(kit.store.tasks.read(id)?.terms.fromMs).toBe(Date.UTC(2026, 2, 1, 13));
  });

  it('an unknown zone on the shelf is the one of the setting', async () => {
    kit.store.records.create('account', { timeZone: 'Mars/Olympus', extra: {} });
    expect((await kit.do('user/settings/read')).settings.time_zone).toBe('UTC');
  });

  it.each([
    [{ time_zone: 'CEST' }, '7 time_zone'],
    [{ time_zone: '../../etc/passwd' }, '7 time_zone'],
    [{ time_zone: 5 }, '7 time_zone'],
    [{ locale: 'klingon' }, '7 locale'],
    [{ measurement_system: 'parsec' }, '7 measurement_system'],
    [{ hour_mode: '24' }, '7 hour_mode'],
    [{ geocoder: 'here' }, '7 geocoder'],
    [{ translit: 'yes' }, '7 translit'],
    [{}, 0],
  ])('user/settings/update %j is %s', async (parameters, code) => {
    expect(await kit.codeOf('user/settings/update', parameters)).toBe(code);
  });

  it('are read by any key and changed by one with all rights', async () => {
    const key = kit.key('tasks:write', 'trackers:write');
    expect(await kit.codeOf('user/settings/read', {}, key)).toBe(0);
    expect(await kit.codeOf('user/settings/update', { locale: 'nl_NL' }, key)).toBe(13);
  });
});

describe('user/get_info', () => {
  it('says whose key it is, and its rights where it has not all of them', async () => {
    const { user_info, privileges } = await kit.do('user/get_info');
    expect([user_info.login, user_info.time_zone, privileges]).toEqual(['api-key', 'UTC', undefined]);
    expect(await kit.do('user/get_info', {}, kit.key('tag_update'))).toMatchObject({
      user_info: { login: 'tag_update' },
      privileges: { rights: ['tag_update'] },
    });
  });
});

describe('geocoder', () => {
  it.each([
    ['geocoder/search_address', { q: 'Engeldamm 18' }, 210],
    ['geocoder/search_location', { location: { lat: 52.5, lng: 13.4 } }, 210],
    ['geocoder/search_address', {}, '7 q'],
    ['geocoder/search_address', { q: 5 }, '7 q'],
    ['geocoder/search_address', { q: 'x', geocoder: 'here' }, '7 geocoder'],
    ['geocoder/search_location', {}, '7 location'],
    ['geocoder/search_location', { location: { lat: 91, lng: 0 } }, '7 location.lat'],
  ])('without one %s %j is %s', async (path, parameters, code) => {
    expect(await kit.codeOf(path, parameters)).toBe(code);
  });

  it('answers what it knows, and one that fails is none', async () => {
    const geocoder = {
      locate: async (address: string) => [{ latDeg: 52.5, lonDeg: 13.4, address: `${address}, Berlin` }],
      addressAt: async () => {
        throw new Error('unreachable');
      },
    };
    const located = new LiveKit(GEOCODER_CALLS, { geocoder });
    const { locations } = await located.do('geocoder/search_address', { q: 'Engeldamm 18' });
    expect(locations).toEqual([{ lat: 52.5, lng: 13.4, address: 'Engeldamm 18, Berlin' }]);
    expect(await located.codeOf('geocoder/search_location', { location: { lat: 1, lng: 1 } })).toBe(210);
  });
});

it('a body of ten megabytes is too large, whatever call it is for', async () => {
  for (const path of ['/v2/tag/create', '/v2/user/auth', '/api/key/create']) {
    const payload = JSON.stringify({ hash: FIRST_KEY, title: 'x'.repeat(10_000_000) });
    const answer = await kit.ask({
      method: 'POST',
      url: path,
      payload,
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.body.status]).toEqual([412, { code: 9, description: 'Too large request' }]);
  }
});
