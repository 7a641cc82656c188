import { describe, expect, it } from 'vitest';
import { extensionOf, imageTypeOf } from '../../src/model/form-file.ts';

describe('an image is told by its first bytes', () => {
  it.each([
    ['ffd8ffe000104a4649460001', 'image/jpeg'],
    ['89504e470d0a1a0a0000000d', 'image/png'],
    ['474946383961010001008000', 'image/gif'],
    ['524946462400000057454250', 'image/webp'],
    ['000000186674797068656963', 'image/heic'],
    ['00000018667479706d696631', 'image/heic'],
    ['424d36000000000000003600', 'image/bmp'],
    ['52494646240000005741564566', null],
    ['255044462d312e370a', null],
    ['3c73766720786d6c6e73', null],
    ['ffd8', null],
    ['', null],
  ])('%s is %s', (hex, type) => {
    expect(imageTypeOf(Buffer.from(hex, 'hex'))).toBe(type);
  });
});

describe('the extension of a name', () => {
  it.each([
    ['a.pdf', 'pdf'],
    ['a.tar.GZ', 'gz'],
    ['.profile', 'profile'],
    ['a', ''],
    ['a.', ''],
    ['a.b/c', ''],
    ['', ''],
  ])('%j is %j', (name, extension) => {
    expect(extensionOf(name)).toBe(extension);
  });
});
