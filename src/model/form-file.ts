/** A file for a field of a form: asked for, uploaded, and then named by the answer to the field. */

export type FormFileState = 'created' | 'in_progress' | 'uploaded' | 'deleted';

export interface FormFile {
  readonly id: number;
  readonly taskId: number;
  /** `createdMs` of the form it was made for: the task may have got another one since. */
  readonly formMs: number;
  readonly fieldId: string;
  /** Unguessable, 32 hex digits: what it is called on the disk, and the right to read it. */
  readonly key: string;
  /** As its owner calls it; null = not said yet. */
  readonly name: string | null;
  /** Of an uploaded one what it takes; before, what it may take. */
  readonly bytes: number;
  /** Told from the content where that is an image; null = not uploaded. */
  readonly mimeType: string | null;
  /** What its owner says of it, such as the orientation of a photo; JSON-safe. */
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly state: FormFileState;
  readonly createdMs: number;
  readonly uploadedMs: number | null;
  /** When it goes, unless a submitted form names it. */
  readonly expiresMs: number;
}

const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/heic', 'image/bmp'] as const;

type ImageType = (typeof IMAGE_TYPES)[number];

export function isImage({ mimeType }: Pick<FormFile, 'mimeType'>): boolean {
  return IMAGE_TYPES.some((type) => type === mimeType);
}

/** Of the file name's end, in lower case; '' = it has none. */
export function extensionOf(name: string): string {
  return /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Bytes from the start that are enough to tell an image by. */
export const HEAD_BYTES = 12;

const SIGNATURES: readonly (readonly [ImageType, number, string])[] = [
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/gif', 0, 'GIF8'],
  ['image/webp', 8, 'WEBP'],
  ['image/heic', 4, 'ftyphei'],
  ['image/heic', 4, 'ftypmif1'],
  ['image/bmp', 0, 'BM'],
];

/** By its first bytes, whatever it is called; null = none that is known here. */
export function imageTypeOf(head: Uint8Array): ImageType | null {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  return SIGNATURES.find(([, offset, signature]) => text.startsWith(signature, offset))?.[0] ?? null;
}
