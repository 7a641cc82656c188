/** The console: its page at `/`, what that loads, what it shows maps on. The page is open to all; data need a session. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asking } from '../own/door.ts';
import { type Problem, sendProblem } from '../own/problem.ts';
import { CONSOLE_SETTINGS } from '../own/shapes.ts';
import { type Asset, assetOf, type ConsoleBuild, encodingFor } from './assets.ts';
import { openMapFile, rangeOf } from './map-file.ts';
import { ASSET_HEADERS, consolePage, pageHeaders, unbuiltPage } from './page.ts';

/** Roads of a made-up town: lines of [latitude, longitude]. */
export type Roads = readonly (readonly (readonly [number, number])[])[];

export interface ConsoleDesk {
  /** null = not built. */
  readonly build: ConsoleBuild | null;
  /** The settings `console.*`. */
  readonly tileUrl: string | null;
  readonly tileAttribution: string;
  /** Path of a .pmtiles file. */
  readonly pmtiles: string | null;
  readonly roads: Roads | null;
}

const HTML = 'text/html; charset=utf-8';
const MAP_URL = '/console/map.pmtiles';
const NO_CACHE = 'no-cache';
/** The name holds a hash of the content. */
const FOREVER = 'public, max-age=31536000, immutable';
const AN_HOUR = 'private, max-age=3600';
const NO_ASSET: Problem = {
  status: 404,
  code: 'not_found',
  detail: 'there is no such part of the console: load its page again',
};
const NO_MAP: Problem = {
  status: 404,
  code: 'no_map',
  detail: 'there is no map archive: the setting console.pmtiles names none, or one that cannot be read',
};
const NAME_PARAMS = { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 200 } } };

export function addConsoleRoutes(app: FastifyInstance, desk: ConsoleDesk): void {
  addPage(app, desk);
  addAssets(app, desk.build?.assets ?? new Map());
  addMap(app, desk);
}

function addPage(app: FastifyInstance, { build, tileUrl }: ConsoleDesk): void {
  const html = assetOf(Buffer.from(build === null ? unbuiltPage() : consolePage(build)), HTML);
  const headers = { ...pageHeaders(tileUrl), 'cache-control': NO_CACHE };
  app.get(
    '/',
    {
      config: { access: { kind: 'open' } },
      schema: { summary: 'The console', gives: { 200: 'text/html' } },
      exposeHeadRoute: true,
    },
    async (request, reply) => sendAsset(request, reply.headers(headers), html),
  );
}

function addAssets(app: FastifyInstance, assets: ReadonlyMap<string, Asset>): void {
  app.get<{ Params: { name: string } }>(
    '/console/:name',
    {
      config: { access: { kind: 'open' } },
      schema: { summary: 'What the console loads', params: NAME_PARAMS, gives: { 200: 'text/javascript' } },
    },
    async (request, reply) => {
      const asset = assets.get(request.params.name);
      if (asset === undefined) return sendProblem(reply, NO_ASSET);
      return sendAsset(request, reply.headers({ ...ASSET_HEADERS, 'cache-control': FOREVER }), asset);
    },
  );
}

async function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): Promise<FastifyReply> {
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''));
  reply.headers({ etag: asset.etag, vary: 'accept-encoding' });
  if (knows(request, asset.etag)) return reply.code(304).send();
  const body = await asset.body(encoding);
  if (encoding !== 'identity' && body !== (await asset.body('identity'))) reply.header('content-encoding', encoding);
  return reply.type(asset.type).send(body);
}

/** Whether the client has it already: a proxy that compresses may have weakened the tag. */
function knows(request: FastifyRequest, etag: string): boolean {
  return String(request.headers['if-none-match'] ?? '')
    .split(',')
    .some((known) => known.trim().replace(/^W\//, '') === etag);
}

function addMap(app: FastifyInstance, { tileUrl, tileAttribution, pmtiles, roads }: ConsoleDesk): void {
  const settings = { tileUrl, tileAttribution, pmtilesUrl: pmtiles === null ? null : MAP_URL, roads };
  app.get(
    '/api/console',
    asking('anyone', { summary: 'Tells what the console shows maps on', gives: { 200: CONSOLE_SETTINGS } }),
    async () => settings,
  );
  const answers = { 200: 'application/octet-stream', 206: 'application/octet-stream' };
  app.get(MAP_URL, asking('anyone', { summary: 'The map archive, by ranges', gives: answers }), (request, reply) =>
    sendMap(request, reply, pmtiles),
  );
}

async function sendMap(request: FastifyRequest, reply: FastifyReply, path: string | null): Promise<FastifyReply> {
  const file = path === null ? null : await openMapFile(path);
  if (file === null) return sendProblem(reply, NO_MAP);
  const { size, etag } = file;
  const range = rangeOf(request.headers.range, size);
  reply.headers({ ...ASSET_HEADERS, etag, 'accept-ranges': 'bytes', 'cache-control': AN_HOUR });
  if (knows(request, etag)) return reply.code(304).send();
  if (range === null) return sendProblem(reply.header('content-range', `bytes */${size}`), beyondEnd(size));
  const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
  if (range !== 'all') reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
  reply.type('application/octet-stream').header('content-length', end - start + 1);
  return reply.send(size === 0 ? '' : file.read({ start, end }));
}

function beyondEnd(size: number): Problem {
  return { status: 416, code: 'range', detail: `the range begins beyond the end: the archive has ${size} bytes` };
}
