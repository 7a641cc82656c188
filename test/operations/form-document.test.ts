/** Forms as files: what is in them, and that no cell of them is a formula. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FormDocument, renderForm } from '../../src/operations/form-document.ts';
import { PNG } from '../api/navixy/form-sample.ts';

const DOCUMENT: FormDocument = {
  title: 'Накладная',
  description: '签收单',
  facts: [['Task', '=HYPERLINK("https://a.example")']],
  answers: [
    { label: 'Part', description: '', text: null, images: [] },
    { label: 'Name', description: 'Your full name', text: '+49 @home', images: [] },
    { label: 'Odd', description: '', text: 'a\u000bb\ufffe', images: [] },
    { label: 'None', description: '', text: '', images: [] },
  ],
};

/** The files of a ZIP archive, read by its directory. */
function unzipped(bytes: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const size = bytes.readUInt32LE(at + 20);
    const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    const local = bytes.readUInt32LE(at + 42);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + size);
    files.set(name, (bytes.readUInt16LE(at + 10) === 0 ? body : inflateRawSync(body)).toString());
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return files;
}

describe('an XLSX', () => {
  it('has every answer as text, and no formula', async () => {
    const files = unzipped(Buffer.from(await renderForm(DOCUMENT, 'xlsx')));
    const all = [...files.values()].join('\n');
    for (const text of ['Накладная', '签收单', '=HYPERLINK', '+49 @home', 'ab']) expect(all).toContain(text);
    const sheet = files.get('xl/worksheets/sheet1.xml')!;
    expect(sheet).not.toContain('<f>');
    expect(sheet.match(/<c [^>]*>/g)?.every((cell) => /t="(s|inlineStr)"/.test(cell))).toBe(true);
    expect(all).not.toContain('\u000b');
  });
});

describe('a PDF', () => {
  it('brings its fonts along', async () => {
    const pdf = Buffer.from(await renderForm(DOCUMENT, 'pdf')).toString('latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    expect(pdf.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(pdf).toContain('DejaVuSans');
    expect(pdf).not.toContain('Helvetica');
  });

  it('shows images, and leaves out what is none, what is gone and what is cut', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'milepost-pdf-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const paths = ['whole', 'cut', 'none'].map((name) => join(directory, name));
    writeFileSync(paths[0]!, PNG);
    writeFileSync(paths[1]!, PNG.subarray(0, 50));
    writeFileSync(paths[2]!, 'GIF89a');
    const answer = { label: 'Photo', description: '', text: 'a.png', images: [...paths, join(directory, 'gone')] };
    const pdf = Buffer.from(await renderForm({ ...DOCUMENT, answers: [answer] }, 'pdf')).toString('latin1');
    // The picture and its alpha.
    expect(pdf.match(/\/Subtype \/Image/g)).toHaveLength(2);
  });

  it('runs over as many pages as it takes', async () => {
    const answers = Array.from({ length: 100 }, (_, n) => ({ ...DOCUMENT.answers[1]!, label: `Field ${n}` }));
    const pdf = Buffer.from(await renderForm({ ...DOCUMENT, answers }, 'pdf')).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/g)!.length).toBeGreaterThan(3);
  });
});
