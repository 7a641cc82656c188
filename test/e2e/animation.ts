/** Pictures one after the other into an animated GIF: one palette for all, and of each frame only what has changed. */
import gifenc from 'gifenc';
import { PNG } from 'pngjs';

export interface Shot {
  readonly png: Buffer;
  /** When it was taken, ms. */
  readonly atMs: number;
}

const COLOURS = 127;
const LAST_MS = 1500;

/** All shots are of one size. */
export function animated(shots: readonly Shot[]): Uint8Array {
  const images = shots.map(({ png }) => PNG.sync.read(png));
  const { width, height } = images[0]!;
  const pixels = images.map(({ data }) => new Uint8Array(data));
  const palette = gifenc.quantize(both(pixels[0]!, pixels.at(-1)!), COLOURS);
  const transparentIndex = palette.length;
  const encoder = gifenc.GIFEncoder();
  let before: Uint8Array | null = null;
  for (const [i, image] of pixels.entries()) {
    const index = gifenc.applyPalette(image, palette);
    const nextMs = shots[i + 1]?.atMs;
    encoder.writeFrame(before === null ? index : changed(before, index, transparentIndex), width, height, {
      ...(before === null && { palette: [...palette, [0, 0, 0]] }),
      delay: nextMs === undefined ? LAST_MS : nextMs - shots[i]!.atMs,
      transparent: before !== null,
      transparentIndex,
      dispose: 1,
    });
    before = index;
  }
  encoder.finish();
  return encoder.bytes();
}

function both(first: Uint8Array, last: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + last.length);
  all.set(first);
  all.set(last, first.length);
  return all;
}

function changed(before: Uint8Array, now: Uint8Array, transparentIndex: number): Uint8Array {
  return now.map((colour, i) => (colour === before[i] ? transparentIndex : colour));
}
