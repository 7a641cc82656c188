import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embeddable } from '../../src/operations/embeddable.ts';

const HEAD = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

function chunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body, Buffer.alloc(4)]);
}

/** Eight bits to a sample. */
function png(
  width: number,
  height: number,
  colourType = 6,
  data = pixels(width, height, colourType),
  interlace = 0,
): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, colourType, 0, 0, interlace], 8);
  return Buffer.concat([HEAD, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))]);
}

function pixels(width: number, height: number, colourType: number): Buffer {
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] ?? 1;
  return deflateSync(Buffer.alloc((width * channels + 1) * height));
}

function jpeg(width: number, height: number, channels = 3, before = Buffer.from('ffe000044a46', 'hex')): Buffer {
  const frame = Buffer.from('ffc0001108000000000300000000000000000000', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  frame[9] = channels;
  return Buffer.concat([Buffer.from('ffd8', 'hex'), before, frame]);
}

describe('an image', () => {
  it.each([
    ['PNG with alpha', png(3, 2)],
    ['PNG in grey', png(3, 2, 0)],
    ['PNG in colour', png(3, 2, 2)],
    ['JPEG', jpeg(3, 2)],
    ['JPEG in grey', jpeg(3, 2, 1)],
    ['JPEG with fill bytes', jpeg(3, 2, 3, Buffer.from('ffffffe000044a46', 'hex'))],
  ])('%s can be shown', (_name, bytes) => {
    expect(embeddable(bytes)).toEqual({ bytes, width: 3, height: 2 });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a GIF', Buffer.from('GIF89a')],
    ['a PNG cut short', png(3, 2).subarray(0, 40)],
    ['a PNG with pixels missing', png(3, 2, 6, deflateSync(Buffer.alloc(10)))],
    ['a PNG with pixels too many', png(3, 2, 6, deflateSync(Buffer.alloc(1000)))],
    ['a PNG that inflates to a gigabyte', png(3, 2, 6, deflateSync(Buffer.alloc(64 * 1024 * 1024)))],
    ['a PNG of more pixels than can be shown', png(20_000, 20_000, 0, Buffer.alloc(10))],
    ['a PNG whose pixels are no data', png(3, 2, 6, Buffer.from('not deflated'))],
    ['an interlaced PNG', png(3, 2, 6, pixels(3, 2, 6), 1)],
    ['a PNG of no known colours', png(3, 2, 5)],
    ['a PNG without size', png(0, 2)],
    ['a JPEG without a frame', Buffer.from('ffd8ffe000044a46ffd9', 'hex')],
    ['a JPEG of five colours', jpeg(3, 2, 5)],
    ['a JPEG of more pixels than can be shown', jpeg(65_535, 65_535)],
  ])('%s cannot', (_name, bytes) => {
    expect(embeddable(bytes)).toBeNull();
  });

  it('of any bytes at all is an image or none', () => {
    const heads = fc.constantFrom(HEAD, png(3, 2), Buffer.from('ffd8', 'hex'), jpeg(3, 2), Buffer.alloc(0));
    fc.assert(
      fc.property(heads, fc.uint8Array({ maxLength: 200 }), fc.nat(100), (head, rest, cut) => {
        const bytes = Buffer.concat([head.subarray(0, Math.max(0, head.length - cut)), rest]);
        const image = embeddable(bytes);
        if (image !== null) expect(image.width * image.height).toBeGreaterThan(0);
      }),
    );
  });
});
