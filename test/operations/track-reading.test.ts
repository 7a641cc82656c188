import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTrack, TrackFileError, type TrackRow } from '../../src/operations/track-reading.ts';
import { TRACK_FORMATS, type TrackFormat } from '../../src/operations/track-text.ts';

const TIME = Date.UTC(2026, 2, 1, 8);

async function rowsIn(format: TrackFormat, text: string): Promise<TrackRow[]> {
  const rows: TrackRow[] = [];
  for await (const row of readTrack(format, [Buffer.from(text)] as unknown as AsyncIterable<Buffer>)) rows.push(row);
  return rows;
}

describe('CSV of others', () => {
  it.each([
    ['Timestamp;Latitude;Longitude;Elevation\n2026-03-01T08:00:00Z;59.4;24.7;10\n', { altitude: 10 }],
    ['\ufeffid\tlat\tlng\ttime\theading\r\n7\t59.4\t24.7\t1772352000000\t12\r\n', { heading: 12 }],
    ['time,lat,lon,speed\n"2026-03-01 10:00:00+02:00"," 59.4 ",24.7,\n', {}],
  ])('is read by the names of its columns: %j', async (text, more) => {
    expect(await rowsIn('csv', text)).toEqual([
      { kind: 'point', where: 'line 2', point: { time: TIME, lat: 59.4, lon: 24.7, ...more } },
    ]);
  });

  it('says of each row what is wrong with it, and reads the others', async () => {
    const rows = await rowsIn(
      'csv',
      'time,lat,lon,speed\n2026-03-01T08:00:00Z,59.4,24.7,5\nyesterday,91,x,-1\n2026-03-01T08:00:01Z,59.4,24.7,\n2026-03-01T08:00,1,2,3\n',
    );
    expect(rows.map(({ kind, where }) => [kind, where])).toEqual([
      ['point', 'line 2'],
      ['fault', 'line 3'],
      ['point', 'line 4'],
      ['fault', 'line 5'],
    ]);
    expect(rows[1]).toMatchObject({
      fault:
        'time is "yesterday", expected a time from 2005 to 2099, as ISO 8601 with an offset (2026-03-01T08:00:00Z) or ms since 1970; ' +
        'lat is "91", expected a number from -90 to 90; lon is "x", expected a number from -180 to 180; ' +
        'speed is "-1", expected a number from 0 to 10000',
    });
  });

  it.each([
    ['', 'there is nothing in it'],
    ['a,b\n1,2\n', 'no column is named time or lat or lon'],
    ['time,lat\n', 'no column is named lon'],
  ])('without its columns is refused: %j', async (text, message) => {
    await expect(rowsIn('csv', text)).rejects.toThrow(TrackFileError);
    await expect(rowsIn('csv', text)).rejects.toThrow(message);
  });
});

describe('GPX of others', () => {
  it('is read past prefixes, comments, sections and whatever else is in it', async () => {
    const rows = await rowsIn(
      'gpx',
      `<?xml version="1.0"?><!-- <trkpt lat="1" lon="1"/> --><g:gpx xmlns:g='x > y'><metadata><time>2020-01-01T00:00:00Z</time></metadata>
       <g:wpt lon='24.7' lat = "59.4"><g:ele> 10 </g:ele><g:time>2026-03-01T08:00:00Z</g:time><name><![CDATA[<time>]]></name></g:wpt>
       <trk><trkseg><trkpt lat="1" lon="2"><time>2026-03-01T08:00:00Z</time><speed>10</speed></trkpt><trkpt lat="1" lon="2"/></trkseg></trk></g:gpx>`,
    );
    expect(rows).toEqual([
      { kind: 'point', where: 'point 1', point: { time: TIME, lat: 59.4, lon: 24.7, altitude: 10 } },
      { kind: 'point', where: 'point 2', point: { time: TIME, lat: 1, lon: 2, speed: 36 } },
      expect.objectContaining({ kind: 'fault', where: 'point 3', fault: expect.stringContaining('time is missing') }),
    ]);
  });

  it.each([
    ['there is no <gpx> in it', ''],
    ['it begins with <html>, expected <gpx>', '<html></html>'],
    ['document type', '<!DOCTYPE gpx [<!ENTITY a "b">]><gpx/>'],
    ['ends in the middle of a tag', '<gpx><trkpt lat="1'],
    ['a tag does not end', `<gpx><trkpt lat="${'1'.repeat(70_000)}`],
  ])('that is none is refused: %s', async (message, text) => {
    await expect(rowsIn('gpx', text)).rejects.toThrow(message);
  });
});

describe('GeoJSON of others', () => {
  it('is a line with its times, or a single point', async () => {
    const line = {
      type: 'Feature',
      geometry: {
        type: 'LineString',
        coordinates: [
          [24.7, 59.4, 5],
          [24.8, 59.5],
        ],
      },
      properties: { coordTimes: ['2026-03-01T08:00:00Z'] },
    };
    expect(await rowsIn('geojson', JSON.stringify({ type: 'FeatureCollection', features: [line, null] }))).toEqual([
      { kind: 'point', where: 'feature 1 point 1', point: { time: TIME, lat: 59.4, lon: 24.7, altitude: 5 } },
      expect.objectContaining({ kind: 'fault', where: 'feature 1 point 2' }),
      expect.objectContaining({ kind: 'fault', where: 'feature 2' }),
    ]);
    const place = {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [24.7, 59.4] },
      properties: { timestamp: TIME },
    };
    expect(await rowsIn('geojson', JSON.stringify(place))).toEqual([
      { kind: 'point', where: 'feature 1', point: { time: TIME, lat: 59.4, lon: 24.7 } },
    ]);
  });

  it('that is no JSON is refused', async () => {
    await expect(rowsIn('geojson', '{')).rejects.toThrow('it is no JSON');
  });
});

describe('anything', () => {
  it.each(TRACK_FORMATS)('is read as %s or refused in words, and nothing else is thrown', async (format) => {
    const parts = fc.constantFrom(
      '<gpx>',
      '<trkpt lat="1" lon="2">',
      '</trkpt>',
      '<',
      '>',
      '"',
      "'",
      '<!--',
      '-->',
      ',',
      '\n',
      'time,lat,lon',
      '{',
      '}',
      '[',
      '"features":',
      'null',
      '1e999',
      '\u0000',
    );
    const text = fc.oneof(
      fc.array(fc.oneof(parts, fc.string({ maxLength: 5 })), { maxLength: 30 }).map((all) => all.join('')),
      fc.json(),
    );
    await fc.assert(
      fc.asyncProperty(text, async (given) => {
        await rowsIn(format, given).catch((error: unknown) => expect(error).toBeInstanceOf(TrackFileError));
      }),
      { numRuns: 300 },
    );
  });
});
