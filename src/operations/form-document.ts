/** A form as a file to print or to calculate with: PDF with its photos, or XLSX. For the search thread; reads nothing but images. */
import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import writeXlsxFile, { type Row } from 'write-excel-file/node';
import { type Embeddable, embeddable } from './embeddable.ts';

export type FormFormat = 'pdf' | 'xlsx';

/** All in words already. */
export interface FormDocument {
  readonly title: string;
  readonly description: string;
  /** What the form is about: name and text. */
  readonly facts: readonly (readonly [name: string, text: string])[];
  readonly answers: readonly FormAnswer[];
}

export interface FormAnswer {
  readonly label: string;
  readonly description: string;
  /** null = a heading. */
  readonly text: string | null;
  /** Files to be shown, by path. */
  readonly images: readonly string[];
}

/** What images of one document may take, all together; the others are only named. */
const IMAGE_BYTES_MAX = 64 * 1024 * 1024;

export function renderForm(document: FormDocument, format: FormFormat): Promise<Uint8Array> {
  return format === 'pdf' ? renderPdf(document) : renderXlsx(document);
}

/** Every cell is declared to be text: what begins with = + - or @ is no formula. */
async function renderXlsx({ title, description, facts, answers }: FormDocument): Promise<Uint8Array> {
  const rows: Row[] = [
    [textCell(title, true)],
    ...(description === '' ? [] : [[textCell(description)]]),
    ...facts.map(([name, text]) => [textCell(name), textCell(text)]),
    [],
    ...answers.map(({ label, text }) => (text === null ? [textCell(label, true)] : [textCell(label), textCell(text)])),
  ];
  return writeXlsxFile(rows, { columns: [{ width: 40 }, { width: 80 }] }).toBuffer();
}

function textCell(text: string, isBold = false): Row[number] {
  if (text === '') return null;
  return { value: printable(text), type: String, wrap: true, ...(isBold && { fontWeight: 'bold' as const }) };
}

const MARGIN = 50;
const GREY = '#666666';

async function renderPdf({ title, description, facts, answers }: FormDocument): Promise<Uint8Array> {
  const page = new PDFDocument({ size: 'A4', margin: MARGIN, info: { Title: printable(title) } });
  const chunks: Uint8Array[] = [];
  const done = new Promise<void>((resolve, reject) => {
    page.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    page.on('end', resolve);
    page.on('error', reject);
  });
  for (const [name, path] of Object.entries(FONTS)) page.registerFont(name, path);
  page.font('bold').fontSize(18).text(printable(title));
  if (description !== '') page.font('plain').fontSize(10).fillColor(GREY).text(printable(description));
  page.moveDown().fillColor('black').fontSize(10);
  for (const [name, text] of facts) page.font('plain').text(printable(`${name}: ${text}`));
  let bytesLeft = IMAGE_BYTES_MAX;
  for (const answer of answers) {
    putAnswer(page, answer);
    for (const path of answer.images) {
      const image = await imageAt(path, bytesLeft);
      if (image === null) continue;
      bytesLeft -= image.bytes.length;
      putImage(page, image);
    }
  }
  page.end();
  await done;
  return Buffer.concat(chunks);
}

function putAnswer(page: PDFKit.PDFDocument, { label, description, text }: FormAnswer): void {
  page
    .moveDown()
    .font('bold')
    .fontSize(text === null ? 14 : 11)
    .text(printable(label));
  if (description !== '') page.font('plain').fontSize(9).fillColor(GREY).text(printable(description));
  if (text !== null) page.font('plain').fontSize(11).fillColor('black').text(printable(text));
  page.fillColor('black');
}

/** As large as it is or as the page is wide, at most half a page high, and never cut by the end of a page. */
function putImage(page: PDFKit.PDFDocument, { bytes, width, height }: Embeddable): void {
  const { width: pageWidth, height: pageHeight } = page.page;
  const scale = Math.min(1, (pageWidth - 2 * MARGIN) / width, pageHeight / 2 / height);
  const shownHeight = height * scale;
  if (page.y + shownHeight > pageHeight - MARGIN) page.addPage();
  // A photo that was taken upright may be turned by the library: the box is as wide as the page.
  page.image(bytes, page.x, page.y, { fit: [pageWidth - 2 * MARGIN, shownHeight] });
  page.y += shownHeight;
  page.moveDown();
}

/** null = it is of a kind that cannot be shown, too much, or gone since. */
async function imageAt(path: string, bytesMax: number): Promise<Embeddable | null> {
  try {
    if ((await stat(path)).size > bytesMax) return null;
    return embeddable(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const require = createRequire(import.meta.url);
/** Latin, Greek, Cyrillic, Arabic and more; not Chinese. */
const FONTS = {
  plain: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};

/** What XML and fonts have no sign for is left out. */
function printable(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
