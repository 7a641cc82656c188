/**
 * Points out of GPX 1.0 and 1.1, as it comes in. Only what a track needs is read of XML: elements, their attributes and
 * text. Entities are left as they are, numbers and dates have none, and a document type is refused.
 */
import type { RawPoint } from './raw-point.ts';

/** The longest piece of markup that is waited for. */
const MARKUP_CHARACTERS_MAX = 65_536;
/** Longer than any number or date. */
const TEXT_CHARACTERS_MAX = 100;

const MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<(?![!?])(?:[^>"']|"[^"]*"|'[^']*')*>/y;
const POINTS = new Set(['trkpt', 'wpt', 'rtept']);
const KMH_PER_MS = 3.6;

interface Open {
  readonly number: number;
  readonly lat: string | undefined;
  readonly lon: string | undefined;
  readonly texts: Map<string, string>;
}

/** `fault`: what to throw when the file cannot be read on. */
export async function* gpxPoints(
  content: AsyncIterable<Buffer | string>,
  fault: (message: string) => Error,
): AsyncGenerator<RawPoint, void, undefined> {
  let open: Open | null = null;
  let element = '';
  let text = '';
  let count = 0;
  let hasRoot = false;
  for await (const token of tokens(content, fault)) {
    if (!token.startsWith('<')) {
      if (text.length < TEXT_CHARACTERS_MAX) text += token.slice(0, TEXT_CHARACTERS_MAX);
      continue;
    }
    if (token.startsWith('<!') || token.startsWith('<?')) continue;
    const tag = tagOf(token);
    if (!hasRoot && tag.name !== 'gpx') throw fault(`it begins with <${tag.name}>, expected <gpx>`);
    hasRoot = true;
    if (tag.isEnd) {
      if (open !== null && tag.name === element) open.texts.set(element, text.trim());
      if (open !== null && POINTS.has(tag.name)) {
        yield pointOf(open);
        open = null;
      }
      element = '';
      continue;
    }
    element = tag.name;
    text = '';
    if (!POINTS.has(tag.name)) continue;
    count += 1;
    open = { number: count, lat: tag.attributes.get('lat'), lon: tag.attributes.get('lon'), texts: new Map() };
    if (tag.isEmpty) {
      yield pointOf(open);
      open = null;
    }
  }
  if (!hasRoot) throw fault('there is no <gpx> in it');
}

function pointOf({ number, lat, lon, texts }: Open): RawPoint {
  const speed = texts.get('speed');
  return {
    where: `point ${number}`,
    lat,
    lon,
    time: texts.get('time'),
    altitude: texts.get('ele'),
    speed: speed === undefined ? undefined : speedOf(speed),
    course: texts.get('course'),
  };
}

/** Metres a second; rounded, so that km/h that were written so are the same again. */
function speedOf(text: string): string {
  const metres = Number(text);
  return Number.isFinite(metres) && text !== '' ? String(Math.round(metres * KMH_PER_MS * 1e6) / 1e6) : text;
}

interface Tag {
  /** Without its namespace's prefix. */
  readonly name: string;
  readonly isEnd: boolean;
  readonly isEmpty: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

function tagOf(token: string): Tag {
  const isEnd = token.startsWith('</');
  const full = /^<\/?\s*([^\s/>]+)/.exec(token)?.[1] ?? '';
  const attributes = new Map<string, string>();
  if (!isEnd) {
    for (const [, key = '', double, single] of token.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
      attributes.set(key, double ?? single ?? '');
    }
  }
  return { name: full.slice(full.indexOf(':') + 1), isEnd, isEmpty: token.endsWith('/>'), attributes };
}

/** Markup and what is between, in order. */
async function* tokens(
  content: AsyncIterable<Buffer | string>,
  fault: (message: string) => Error,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const piece of content) {
    waiting += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
    let at = 0;
    while (at < waiting.length) {
      const end = tokenEnd(waiting, at);
      if (end === null) break;
      yield waiting.slice(at, end);
      at = end;
    }
    waiting = waiting.slice(at);
    if (/^<!D/i.test(waiting)) throw fault('it has a document type, which no GPX file needs');
    if (waiting.length > MARKUP_CHARACTERS_MAX) throw fault('it is no XML: a tag does not end');
  }
  if (waiting.trim() !== '') throw fault('it ends in the middle of a tag');
}

/** null = it goes on in the next piece. */
function tokenEnd(text: string, at: number): number | null {
  if (text[at] !== '<') {
    const next = text.indexOf('<', at);
    return next === -1 ? text.length : next;
  }
  MARKUP.lastIndex = at;
  return MARKUP.test(text) ? MARKUP.lastIndex : null;
}
