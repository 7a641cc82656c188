/** How a query of GSMtasks is read: every family of filters, what is refused, what is ignored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILTER_FIELDS, ORDER_FIELDS } from '../../../src/api/gsmtasks/filter-fields.ts';
import { type Parameters, readTaskList } from '../../../src/api/gsmtasks/task-filter.ts';
import type { Metafield } from '../../../src/model/resources.ts';
import { QUEUE_ORDER, type QueryCondition } from '../../../src/model/task-query.ts';
import { NOW_MS } from '../../operations/fake-line.ts';

const OURS = '11111111-1111-4111-8111-111111111111';
const A = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const B = 'bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb';
const DAY = Date.UTC(2026, 2, 2);
const DAY_MS = 86_400_000;

const METAFIELDS: readonly Metafield[] = [
  ['app', 'color', 'string'],
  ['app', 'weight', 'decimal'],
  ['app', 'sizes', 'multiselect'],
  ['app', 'a__b', 'choice'],
  ['"', 'x', 'string'],
].map(([namespace = '', key = '', valueType = '']) => {
  return { namespace, key, valueType, label: '', isSearchable: true, extra: {} };
});

const DESK = { accountUuid: OURS, nowMs: NOW_MS, searchableMetafields: () => METAFIELDS };

function read(parameters: Parameters) {
  return readTaskList(parameters, DESK);
}

function conditionsOf(parameters: Parameters): readonly QueryCondition[] {
  const asked = read(parameters);
  if ('faults' in asked) throw new Error(JSON.stringify(asked.faults));
  return asked.value.query.conditions;
}

const NOTHING = { field: 'uuid', lookup: 'in', values: [] };

describe('a filter', () => {
  it.each<[string, string | readonly string[], readonly object[]]>([
    ['state', 'assigned', [{ field: 'state', lookup: 'in', values: ['assigned'] }]],
    ['state', 'transit', [{ field: 'state', lookup: 'in', values: ['in_transit'] }]],
    ['state', 'accepted', [{ field: 'state', lookup: 'in', values: ['accepted', 'suspended'] }]],
    ['state__in', 'draft, failed', [{ field: 'state', lookup: 'in', values: ['draft', 'failed'] }]],
    ['state__in', ['draft', 'failed'], [{ field: 'state', lookup: 'in', values: ['draft', 'failed'] }]],
    ['state', ['draft', 'failed'], [{ field: 'state', lookup: 'in', values: ['failed'] }]],
    ['state__not_in', 'draft', [{ field: 'state', lookup: 'not_in', values: ['draft'] }]],
    ['state__in_or_isnull', 'draft', [{ field: 'state', lookup: 'in', values: ['draft'] }]],
    ['state__not_in_or_isnull', 'draft', [{ field: 'state', lookup: 'not_in', values: ['draft'] }]],
    ['category', 'pick_up', [{ field: 'kind_word', lookup: 'in', values: ['pick_up'] }]],
    ['category__in', 'service,warehouse', [{ field: 'kind_word', lookup: 'in', values: ['service', 'warehouse'] }]],
    ['assignee_proximity', 'near', [{ field: 'is_near', lookup: 'in', values: [1], orNull: false }]],
    ['assignee_proximity', 'away', [{ field: 'is_near', lookup: 'in', values: [0], orNull: true }]],
    ['id', A.toUpperCase(), [{ field: 'uuid', lookup: 'in', values: [A] }]],
    ['id__in', `${A},https://gw.example/tasks/${B}/`, [{ field: 'uuid', lookup: 'in', values: [A, B] }]],
    ['assignee', `https://gw.example/users/${A}/`, [{ field: 'tracker', lookup: 'in', values: [A] }]],
    ['assignee_id__isnull', 'true', [{ field: 'tracker', lookup: 'is_null', values: [1] }]],
    ['assignee_id__isnull', 'False', [{ field: 'tracker', lookup: 'is_null', values: [0] }]],
    ['order', `/orders/${A}`, [{ field: 'order', lookup: 'in', values: [A] }]],
    ['order__in', `${A},${A}`, [{ field: 'order', lookup: 'in', values: [A] }]],
    ['route', A, [{ field: 'run', lookup: 'in', values: [A] }]],
    ['route_id__isnull', '1', [{ field: 'run', lookup: 'is_null', values: [1] }]],
    ['contact_address', A, [{ field: 'contact_address', lookup: 'in', values: [A] }]],
    ['created_by', A, [{ field: 'created_by', lookup: 'in', values: [A] }]],
    ['account', OURS, []],
    ['account', A, [NOTHING]],
    ['account__in', `${A},${OURS}`, []],
    ['orderer', A, [NOTHING]],
    ['orderer_id__isnull', 'true', []],
    ['orderer_id__isnull', 'false', [NOTHING]],
    [
      'complete_after__gte',
      '2026-03-02T02:00:00+02:00',
      [{ field: 'from', lookup: 'gte', values: [DAY], orNull: false }],
    ],
    [
      'complete_after__gte',
      '2026-03-02T02:00:00 02:00',
      [{ field: 'from', lookup: 'gte', values: [DAY], orNull: false }],
    ],
    ['complete_after__gte', '2026-03-02', [{ field: 'from', lookup: 'gte', values: [DAY], orNull: false }]],
    [
      'complete_before__lte_or_isnull',
      '2026-03-02T00:00:00Z',
      [{ field: 'to', lookup: 'lte', values: [DAY], orNull: true }],
    ],
    [
      'scheduled_time__date_or_isnull',
      '2026-03-02',
      [
        { field: 'planned', lookup: 'gte', values: [DAY], orNull: true },
        { field: 'planned', lookup: 'lt', values: [DAY + DAY_MS], orNull: true },
      ],
    ],
    [
      'completed_at',
      '2026-03-02',
      [
        { field: 'completed', lookup: 'gte', values: [DAY] },
        { field: 'completed', lookup: 'lt', values: [DAY + DAY_MS] },
      ],
    ],
    ['order__created_at__gt', '2026-03-02', [{ field: 'order_created', lookup: 'gt', values: [DAY] }]],
    ['position__gte', '1.5', [{ field: 'position', lookup: 'gte', values: [1.5] }]],
    ['position__gte', '2026-03-02T00:00:00Z', [{ field: 'position', lookup: 'gte', values: [DAY / 1000] }]],
    ['position', '7', [{ field: 'position', lookup: 'is', values: [7] }]],
    [
      'position',
      '2026-03-02',
      [
        { field: 'position', lookup: 'gte', values: [DAY / 1000] },
        { field: 'position', lookup: 'lt', values: [(DAY + DAY_MS) / 1000] },
      ],
    ],
    ['external_id', ' a,b ', [{ field: 'external_id', lookup: 'is', values: [' a,b '] }]],
    ['external_id__in', 'a,b', [{ field: 'external_id', lookup: 'in', values: ['a', 'b'] }]],
    ['external_id__isnull', 'true', [{ field: 'external_id', lookup: 'is_null', values: [1] }]],
    ['reference__icontains', 'x', [{ field: 'reference', lookup: 'contains', values: ['x'] }]],
    ['description__istartswith', 'x', [{ field: 'description', lookup: 'starts_with', values: ['x'] }]],
    ['description__search', 'x y', [{ field: 'description', lookup: 'words', values: ['x y'] }]],
    ['contact__name__icontains', 'x', [{ field: 'contact_name', lookup: 'contains', values: ['x'] }]],
    ['contact__phone', 'x', [{ field: 'contact_phones', lookup: 'is', values: ['x'] }]],
    ['address__city__in', 'x,y', [{ field: 'city', lookup: 'in', values: ['x', 'y'] }]],
    ['contact__emails__contains', 'x,y', [{ field: 'contact_emails', lookup: 'has_all', values: ['x', 'y'] }]],
    ['barcodes__overlap', 'x', [{ field: 'barcodes', lookup: 'has_any', values: ['x'] }]],
    ['barcodes__contained_by', 'x', [{ field: 'barcodes', lookup: 'has_only', values: ['x'], orNull: true }]],
    ['size__contains', '1,2', [{ field: 'size', lookup: 'has_all', values: [1, 2] }]],
    ['previous_assignees__overlap', A, [{ field: 'former_trackers', lookup: 'has_any', values: [A] }]],
    ['assignee__email', 'x', [{ field: 'tracker_email', lookup: 'is', values: ['x'] }]],
    ['order__reference__icontains', 'x', [{ field: 'order_reference', lookup: 'contains', values: ['x'] }]],
    ['order__auto_assign', 'true', [{ field: 'order_is_auto_assigned', lookup: 'is', values: [1] }]],
    ['route__name', 'x', [{ field: 'run_name', lookup: 'is', values: ['x'] }]],
    ['contact_address__external_id', 'x', [{ field: 'contact_address_external_id', lookup: 'is', values: ['x'] }]],
    ['priority', '-1', [{ field: 'priority', lookup: 'is', values: [-1] }]],
    ['priority__in', '1,2', [{ field: 'priority', lookup: 'in', values: [1, 2] }]],
    ['duration__lt', '00:15:00', [{ field: 'service', lookup: 'lt', values: [900_000] }]],
    ['metafields__app:color', 'x', [{ field: 'metafields.app:color', lookup: 'is', values: ['x'] }]],
    ['metafields__app:weight__gte', '5', [{ field: 'metafields.app:weight', lookup: 'gte', values: [5] }]],
    ['metafields__app:sizes__contains', 'x', [{ field: 'metafields.app:sizes', lookup: 'has_all', values: ['x'] }]],
    ['metafields__app:a__b', 'x', [{ field: 'metafields.app:a__b', lookup: 'is', values: ['x'] }]],
    ['metafields__app:a__b__isnull', 'true', [{ field: 'metafields.app:a__b', lookup: 'is_null', values: [1] }]],
  ])('%s=%s', (name, value, conditions) => {
    const found = conditionsOf({ [name]: value });
    expect(found).toHaveLength(conditions.length);
    expect(found).toMatchObject(conditions);
  });

  it.each([
    ['state', 'done'],
    ['state', 'in_transit'],
    ['state__in', 'assigned,done'],
    ['category', 'pickup'],
    ['assignee_proximity', 'inside'],
    ['assignee', 'nobody'],
    ['assignee', `https://gw.example/orders/${A}/`],
    ['id__in', `${A},7`],
    ['account', 'x'],
    ['orderer', 'x'],
    ['assignee_id__isnull', 'maybe'],
    ['complete_after', '2026-03-02T00:00:00Z'],
    ['complete_after__gte', 'yesterday'],
    ['complete_after__gte', '2026-02-30'],
    ['complete_after__date', '2026-13-01'],
    ['complete_before__lte', '1'],
    ['position__lt', 'first'],
    ['priority', '1e9'],
    ['priority', 'Infinity'],
    ['priority__in', '1,x'],
    ['duration', '15 minutes'],
    ['size__contains', 'x'],
    ['previous_assignees__overlap', 'x'],
    ['order__auto_assign', '2'],
    ['metafields__app:weight__gte', 'heavy'],
    ['search', Array.from({ length: 21 }, (_, n) => n).join(' ')],
    ['description__search', Array.from({ length: 21 }, (_, n) => n).join(' ')],
    ['ordering', 'position,priority,created_at,updated_at,state,reference'],
    ['external_id__in', Array.from({ length: 1001 }, (_, n) => n).join(',')],
    ['page_size', '-5'],
    ['cursor', 'bm90aGluZw'],
  ])('is refused under its own name: %s=%s', (name, value) => {
    const asked = read({ [name]: value, reference: 'x' });
    expect(asked).toEqual({ faults: { [name]: [expect.any(String)] } });
  });

  it('is refused together with all others that are wrong', () => {
    const asked = read({ state: 'x', order: 'x', reference: 'x', page_size: 'x' });
    expect('faults' in asked && Object.keys(asked.faults).sort()).toEqual(['order', 'page_size', 'state']);
  });

  it('is refused beyond fifty', () => {
    const some = [...FILTER_FIELDS].filter(([, { lookups }]) => lookups.has('isnull')).map(([name]) => name);
    const parameters = Object.fromEntries(some.map((name) => [`${name}__isnull`, 'false']));
    expect(some.length).toBeGreaterThan(50);
    expect(read(parameters)).toEqual({ faults: { non_field_errors: [expect.any(String)] } });
  });

  it.each([
    ['nobody__knows', 'x'],
    ['state__iregex', '(a+)+$'],
    ['reference__iregex', '(a+)+$'],
    ['state__gte', 'x'],
    ['is_optimal', 'true'],
    ['sideload', 'orders'],
    ['__proto__', 'x'],
    ['constructor', 'x'],
    ['state__', 'x'],
    ['__state', 'x'],
    ['metafields__app:hidden', 'x'],
    ['metafields__":x', 'x'],
    ['metafields__', 'x'],
    ['state', ''],
    ['state__in', ''],
    ['search', '  '],
  ])('is ignored: %s=%s', (name, value) => {
    const asked = read(Object.fromEntries([[name, value]]));
    expect(asked).toMatchObject({ value: { query: { conditions: [], order: QUEUE_ORDER, limit: 100 } } });
  });

  it('is read whatever it is called and holds', { timeout: 60_000 }, () => {
    const name = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom(
            ...FILTER_FIELDS.keys(),
            'metafields__app:color',
            'ordering',
            'search',
            'cursor',
            'page_size',
          ),
          fc.constantFrom(
            '',
            '__in',
            '__gte',
            '__date',
            '__isnull',
            '__contains',
            '__search',
            '__lte_or_isnull',
            '__x',
          ),
        )
        .map((parts) => parts.join('')),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(A, '1', 'true', '2026-03-02', 'assigned', ','),
    );
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }));
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 5 }), (parameters) => {
        const asked = read(parameters);
        expect('value' in asked || Object.keys(asked.faults).length > 0).toBe(true);
      }),
    );
  });

  it('of what changed leaves the last two seconds out, where that is asked for', () => {
    const latest = [{ field: 'modified', lookup: 'lte', values: [NOW_MS - 2000] }];
    expect(conditionsOf({ updated_at_delay_latest: 'true' })).toEqual(latest);
    expect(conditionsOf({ updated_at_delay_latest: 'false' })).toEqual([]);
  });
});

describe('an order', () => {
  it.each<[string | readonly string[], object]>([
    ['', QUEUE_ORDER],
    ['nobody', QUEUE_ORDER],
    ['-priority', [{ field: 'priority', isDescending: true }]],
    [
      'category, -last_completed_at,nobody',
      [
        { field: 'kind_word', isDescending: false },
        { field: 'completed', isDescending: true },
      ],
    ],
    ['updated_at,-updated_at', [{ field: 'modified', isDescending: false }]],
    [['state', '-state'], [{ field: 'state', isDescending: true }]],
  ])('of %j', (ordering, order) => {
    expect(read({ ordering })).toMatchObject({ value: { query: { order } } });
  });

  it('can be of every field of the list', () => {
    for (const [name, field] of ORDER_FIELDS) {
      expect(read({ ordering: `-${name}` })).toMatchObject({
        value: { query: { order: [{ field, isDescending: true }] } },
      });
    }
  });
});
