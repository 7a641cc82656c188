/** The conditions of a task search as SQL. Every value is bound; names in the SQL come from task-fields.ts only. */
import type Database from 'better-sqlite3';
import { folded } from '../model/condition.ts';
import { type MetafieldName, QUERY_LIMITS, type QueryCondition, type QueryValue } from '../model/task-query.ts';
import { addTextFunctions } from './task-conditions.ts';
import { FIELD_SQL, isLinked, isList, LINKS, LIST_PATHS, type Link, READ_TEXT } from './task-fields.ts';

/** Part of a WHERE, with what is bound to it in order. */
export interface Term {
  readonly sql: string;
  readonly values: readonly QueryValue[];
}

/** A list is bound as one JSON array, so that its length does not change the statement. */
const LISTED = '(SELECT value FROM json_each(?))';

/** What the SQL of this file calls. */
export function addSearchFunctions(db: Database.Database): void {
  addTextFunctions(db);
  db.function('has_words', { deterministic: true }, (text: unknown, words: string) => {
    if (text === null) return null;
    const whole = folded(String(text));
    return Number(words.split(' ').every((word) => whole.includes(word)));
  });
}

/** As `has_words` takes them. */
function wordsOf(text: string): string {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length > QUERY_LIMITS.words) throw new RangeError(`${words.length} words are searched for at once`);
  return words.join(' ');
}

export function searchTerm(text: string): Term {
  return { sql: `has_words(${READ_TEXT}, ?)`, values: [wordsOf(text)] };
}

/** `isHeldBack`: the index on the field is not to be used. */
export function conditionTerm(condition: QueryCondition, isHeldBack: boolean): Term {
  const { field, orNull = false } = condition;
  if (condition.values.length > QUERY_LIMITS.values) {
    throw new RangeError(`${condition.values.length} values of ${field} are asked for at once`);
  }
  const { found, missing } = halvesOf(condition, isHeldBack);
  return orNull ? joined([found, missing], ' OR ') : found;
}

export function joined(terms: readonly Term[], operator: string): Term {
  return {
    sql: `(${terms.map(({ sql }) => sql).join(operator)})`,
    values: terms.flatMap(({ values }) => values),
  };
}

/** What the condition asks, and that the field is null. */
interface Halves {
  readonly found: Term;
  readonly missing: Term;
}

function halvesOf(condition: QueryCondition, isHeldBack: boolean): Halves {
  const { field, lookup, values } = condition;
  if (isMetafield(field)) return ofMetafield(field, condition);
  if (isLinked(field)) return ofLink(LINKS[field], condition);
  if (isList(field)) return ofMembers({ sql: `json_each(details, '${LIST_PATHS[field]}')`, values: [] }, condition);
  const value = { sql: isHeldBack ? `+${FIELD_SQL[field]}` : FIELD_SQL[field], values: [] };
  return { found: tested(value, lookup, values), missing: isNull(value) };
}

function isMetafield(field: string): field is MetafieldName {
  return field.startsWith('metafields.');
}

/** What it holds is known to those only who defined it: it is asked by the type of what it is compared with. */
function ofMetafield(field: MetafieldName, condition: QueryCondition): Halves {
  const name = field.slice('metafields.'.length);
  if (/["\\]/.test(name)) throw new RangeError(`a metafield is called ${name}`);
  const path = `$.metafields."${name}"`;
  if (condition.lookup.startsWith('has_'))
    return ofMembers({ sql: 'json_each(details, ?)', values: [path] }, condition);
  const value = { sql: 'details ->> ?', values: [path] };
  const number = `CASE WHEN typeof(details ->> ?) IN ('integer', 'real') THEN details ->> ? END`;
  const compared =
    typeof condition.values[0] === 'number'
      ? { sql: number, values: [path, path] }
      : { sql: 'CAST(details ->> ? AS TEXT)', values: [path] };
  const isAboutNull = condition.lookup === 'is_null';
  return {
    found: tested(isAboutNull ? value : compared, condition.lookup, condition.values),
    missing: isNull(value),
  };
}

/** The things that fit are looked up once for the whole search. */
function ofLink({ key, source, id, sql, isSure }: Link, condition: QueryCondition): Halves {
  const { lookup, values } = condition;
  const among = (test: Term): Term => ({
    sql: `${key} IN (SELECT ${id} FROM ${source} WHERE ${test.sql})`,
    values: test.values,
  });
  const value = { sql, values: [] };
  const there = among(not(isNull(value)));
  const missing = { sql: isSure ? `${key} IS NULL` : `(${there.sql}) IS NOT TRUE`, values: [] };
  if (lookup === 'is_null') return { found: isWanted(values) ? missing : not(missing), missing };
  return { found: among(tested(value, lookup, values)), missing };
}

/** `members`: a table with a column `value`. */
function ofMembers(members: Term, { lookup, values }: QueryCondition): Halves {
  const text = { sql: 'CAST(member.value AS TEXT)', values: [] };
  const some = (test: Term): Term => ({
    sql: `EXISTS (SELECT 1 FROM ${members.sql} AS member WHERE ${test.sql})`,
    values: [...members.values, ...test.values],
  });
  const any = some({ sql: 'member.value IS NOT NULL', values: [] });
  const missing = not(any);
  const texts = values.map(String);
  const found = (): Term => {
    switch (lookup) {
      case 'is_null':
        return isWanted(values) ? missing : any;
      case 'not_in':
        return joined([any, not(some(tested(text, 'in', texts)))], ' AND ');
      case 'has_any':
        return some(tested(text, 'in', texts));
      case 'has_only':
        return joined([any, not(some(tested(text, 'not_in', texts)))], ' AND ');
      case 'has_all': {
        const wanted = [...new Set(texts)];
        const test = tested(text, 'in', wanted);
        return {
          sql: `(SELECT count(DISTINCT ${text.sql}) FROM ${members.sql} AS member WHERE ${test.sql}) = ?`,
          values: [...members.values, ...test.values, wanted.length],
        };
      }
      default:
        return some(tested(text, lookup, texts));
    }
  };
  return { found: found(), missing };
}

/** One value against others. A null is none of them, and neither is it not one of them. */
function tested(value: Term, lookup: QueryCondition['lookup'], values: readonly QueryValue[]): Term {
  const [first = ''] = values;
  const against = (operator: string): Term => ({
    sql: `${value.sql} ${operator} ?`,
    values: [...value.values, first],
  });
  switch (lookup) {
    case 'is':
      return against('=');
    case 'gt':
      return against('>');
    case 'gte':
      return against('>=');
    case 'lt':
      return against('<');
    case 'lte':
      return against('<=');
    case 'in':
      if (values.length === 1) return against('=');
      return { sql: `${value.sql} IN ${LISTED}`, values: [...value.values, JSON.stringify(values)] };
    case 'not_in': {
      const others = { sql: `${value.sql} NOT IN ${LISTED}`, values: [...value.values, JSON.stringify(values)] };
      return joined([not(isNull(value)), others], ' AND ');
    }
    case 'contains':
      return { sql: `instr(folded(${value.sql}), ?) > 0`, values: [...value.values, folded(String(first))] };
    case 'starts_with':
      return { sql: `instr(folded(${value.sql}), ?) = 1`, values: [...value.values, folded(String(first))] };
    case 'words':
      return { sql: `has_words(${value.sql}, ?)`, values: [...value.values, wordsOf(String(first))] };
    case 'is_null':
      return isWanted(values) ? isNull(value) : not(isNull(value));
    case 'has_all':
    case 'has_any':
    case 'has_only':
      throw new RangeError(`${lookup} is asked of what is no list`);
  }
}

function isNull({ sql, values }: Term): Term {
  return { sql: `(${sql}) IS NULL`, values };
}

function not({ sql, values }: Term): Term {
  return { sql: `NOT (${sql})`, values };
}

function isWanted([value]: readonly QueryValue[]): boolean {
  return value === 1;
}
