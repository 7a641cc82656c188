/** Parameters that many calls take alike. */
import { type Fields, INT_MAX, integer, optional, otherwise, set } from './parameters.ts';

export const id = integer(1, INT_MAX);

/** Trackers that a list is limited to, each once. */
export const trackers = optional(set(id, 10_000));

/** The longest page of Navixy's long lists, and the one that is given unasked. */
const PAGE_MAX = 100_000;
const PAGE_DEFAULT = 10_000;

export const offset = otherwise(integer(0, INT_MAX), 0);

export const PAGE = { offset, limit: otherwise(integer(0, PAGE_MAX), PAGE_DEFAULT) } satisfies Fields;
