/** Lists of cells and Wi-Fi access points: where a device is when it has no fix. */
import {
  ACCESS_POINT,
  dbm,
  LENGTH,
  NEIGHBOUR,
  NEIGHBOUR_4G,
  NEIGHBOUR_CID2,
  NETWORK,
  NETWORK_WIDE,
  TYPED_CELL,
  TYPED_CELL_LTE,
} from './layout.ts';
import { cellAttributes, isWide } from './parts.ts';
import { table, u1 } from './table.ts';
import type { Part, Walk } from './walk.ts';

type Neighbour = typeof NEIGHBOUR | typeof NEIGHBOUR_4G | typeof NEIGHBOUR_CID2;
const CELLS = 7;
const LTE = 3;
const TIMING_ADVANCE = table({ timingAdvance: u1 });
const CELL_TYPE = table({ cellType: u1 });
const WIFI_COUNT = table({ wifiCount: u1 });
const CELL_COUNT = table({ cellCount: u1 });

/** Country and network, then `count` cells of one layout. The first cell that is not empty is the serving one. */
function cellList(layout: Neighbour, count: (walk: Walk) => number): Part {
  return (walk) => {
    const network = walk.take(isWide(walk) ? NETWORK_WIDE : NETWORK, 'cell ');
    if (network !== null) takeCells(walk, network, layout, count(walk));
  };
}

function takeCells(walk: Walk, network: { mcc: number; mnc: number }, layout: Neighbour, count: number): void {
  const seen: string[] = [];
  for (let i = 1; i <= count; i++) {
    const found = walk.take(layout, `cell ${i} `);
    if (found === null) break;
    const { lac, cid, rssi } = found;
    if (lac === 0 && Number(cid) === 0) continue;
    if (seen.length === 0) walk.set(cellAttributes({ ...network, lac, cid }));
    seen.push(`${lac}/${cid}/${dbm(rssi)}`);
  }
  if (seen.length > 0) walk.set({ cells: seen.join(' ') });
}

const seven = () => CELLS;
const countAhead = (walk: Walk) => walk.take(CELL_COUNT)?.cellCount ?? 0;

export const sevenCells = cellList(NEIGHBOUR, seven);
export const sevenCells4g = cellList(NEIGHBOUR_4G, seven);
export const sixCells4g = cellList(NEIGHBOUR_4G, () => CELLS - 1);
export const countedCells = cellList(NEIGHBOUR, countAhead);

export const timingAdvance: Part = (walk) => {
  walk.take(TIMING_ADVANCE);
};

/** A count and so many access points. */
export const wifi: Part = (walk) => takeAccessPoints(walk, walk.take(WIFI_COUNT)?.wifiCount ?? 0);

function takeAccessPoints(walk: Walk, count: number): void {
  const seen: string[] = [];
  for (let i = 1; i <= count; i++) {
    const found = walk.take(ACCESS_POINT, `Wi-Fi ${i} `);
    if (found === null) break;
    seen.push(`${macText(found.mac)}/${dbm(found.rssi)}`);
  }
  if (seen.length > 0) walk.set({ wifi: seen.join(' ') });
}

function macText(mac: Buffer): string {
  return mac.toString('hex').replace(/..(?!$)/g, '$&:');
}

const LISTED_BYTES = 6;

/** F3: a count, and per access point two bytes and its address. */
export const wifiAddresses: Part = (walk) => {
  const entry = 2 + LISTED_BYTES;
  const count = walk.take(WIFI_COUNT)?.wifiCount ?? 0;
  const seen: string[] = [];
  for (let i = 1; i <= count && walk.left >= entry; i++) {
    walk.raw(2, `Wi-Fi ${i} head`);
    const mac = macText(walk.ahead.subarray(0, LISTED_BYTES));
    walk.raw(LISTED_BYTES, `Wi-Fi ${i} mac`, mac);
    seen.push(mac);
  }
  if (seen.length > 0) walk.set({ wifi: seen.join(' ') });
};

/** 38, 39: the kind of cell decides its widths. */
export const typedCell: Part = (walk) => {
  const kind = walk.take(CELL_TYPE)?.cellType;
  if (kind === undefined) return;
  const network = walk.take(isWide(walk) ? NETWORK_WIDE : NETWORK, 'cell ');
  const found = walk.take(kind >= LTE ? TYPED_CELL_LTE : TYPED_CELL, 'cell ');
  if (network !== null && found !== null) walk.set(cellAttributes({ ...network, ...found }));
};

/** AZ735: further cells and access points, each list behind its length in bytes. */
export const countedLists: Part = (walk) => {
  for (const name of ['further cells', 'Wi-Fi access points']) {
    const length = walk.take(LENGTH, `${name}, `)?.length ?? 0;
    walk.raw(length, name);
  }
};

/** Of the dialect without checksums: `count` access points, then a number of cells, network, cells with ids of two bytes. */
export function wifiAndCells(count: number): Part {
  return (walk) => {
    takeAccessPoints(walk, count);
    const cells = walk.take(CELL_COUNT)?.cellCount ?? 0;
    const network = walk.take(NETWORK, 'cell ');
    if (network !== null) takeCells(walk, network, NEIGHBOUR_CID2, cells);
  };
}

/** Bytes that `wifiAndCells` takes, where `cells` is the count that stands behind the access points. */
export function wifiAndCellsBytes(count: number, cells: number): number {
  return count * ACCESS_POINT.bytes + CELL_COUNT.bytes + NETWORK.bytes + cells * NEIGHBOUR_CID2.bytes;
}
