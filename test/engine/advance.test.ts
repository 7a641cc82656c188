import { describe, expect, it } from 'vitest';
import { at, Bench, DEPOT, HOUR, inside, MINUTE, outside, terms } from './world-kit.ts';

/** A drive as text: `+` inside, `-` outside, then the time. */
function drive(text: string) {
  return text
    .trim()
    .split(/\s+/)
    .map((word) => (word[0] === '+' ? inside : outside)(word.slice(1)));
}

interface Row {
  readonly name: string;
  readonly stay?: number;
  readonly delay?: number;
  readonly arrival?: number;
  readonly drive: string;
  readonly state: string;
  readonly date: string;
  readonly arrived?: string;
  readonly stayMin?: number;
  readonly issues?: string[];
  readonly isLate?: boolean;
}

/** Window 09:00-10:00 at the depot, judged at 13:00. Rules: engine sections 2 and 3. */
const ROWS: Row[] = [
  {
    name: 'entering completes a task without a stay',
    drive: '-08:50 +09:10 +09:20 -09:30',
    state: 'completed',
    date: '09:10',
    arrived: '09:10',
    stayMin: 10,
  },
  {
    name: 'a stay completes at the minute it is reached, not at the next fix',
    stay: 7,
    drive: '-08:50 +09:10 +09:20 -09:30',
    state: 'completed',
    date: '09:17',
    arrived: '09:10',
    stayMin: 10,
  },
  {
    name: 'parked over the whole window, seen only before and after it',
    drive: '+08:00 +12:00 -12:05',
    state: 'completed',
    date: '09:00',
    arrived: '09:00',
    stayMin: 60,
  },
  {
    name: 'a visit ends with the window',
    stay: 15,
    drive: '-09:40 +09:50 +10:05 -10:30',
    state: 'failed',
    date: '10:00',
    arrived: '09:50',
    stayMin: 10,
    issues: ['short_stay'],
  },
  {
    name: 'a permitted delay lets the visit go on, late',
    stay: 15,
    delay: 20,
    drive: '-09:40 +09:50 +10:05 -10:30',
    state: 'completed',
    date: '10:05',
    arrived: '09:50',
    stayMin: 15,
    isLate: true,
  },
  {
    name: 'gone two minutes after the window opened is a visit of what the fixes span',
    drive: '+08:30 +09:02 -09:03 -10:30',
    state: 'completed',
    date: '09:00',
    arrived: '09:00',
    stayMin: 2,
  },
  {
    name: 'visits add up',
    stay: 20,
    drive: '-08:50 +09:00 +09:12 -09:20 +09:30 +09:40 -09:50',
    state: 'completed',
    date: '09:38',
    arrived: '09:00',
    stayMin: 22,
  },
  {
    name: 'visits shorter than the arrival minimum count neither for arrival nor for stay',
    stay: 20,
    arrival: 5,
    drive: '-08:50 +09:00 +09:04 -09:10 +09:20 +09:45 -09:50',
    state: 'completed',
    date: '09:40',
    arrived: '09:20',
    stayMin: 25,
  },
  {
    name: 'an arrival minimum delays completion',
    arrival: 5,
    drive: '-08:50 +09:00 +09:09 -09:10',
    state: 'completed',
    date: '09:05',
    arrived: '09:00',
    stayMin: 9,
  },
  {
    name: 'one fix inside is a visit of no length',
    drive: '-09:10 +09:20 -09:30',
    state: 'completed',
    date: '09:20',
    arrived: '09:20',
    stayMin: 0,
  },
  {
    name: 'never there',
    drive: '-08:50 -09:30 -10:30',
    state: 'failed',
    date: '10:00',
    stayMin: 0,
    issues: ['no_visit'],
  },
  {
    name: 'too early and too late',
    drive: '+08:50 -08:59 -09:30 -10:01 +10:02',
    state: 'failed',
    date: '10:00',
    stayMin: 0,
    issues: ['no_visit'],
  },
  {
    name: 'the first instant of the window counts',
    drive: '-08:59 +09:00 -09:01 -10:30',
    state: 'completed',
    date: '09:00',
    arrived: '09:00',
  },
  {
    name: 'the last instant of the window counts',
    drive: '-09:59 +10:00 -10:01',
    state: 'completed',
    date: '10:00',
    arrived: '10:00',
  },
];

describe.each(ROWS)('$name', (row) => {
  const orders: Record<string, (bench: Bench) => void> = {
    'one by one': (bench) => {
      for (const fix of drive(row.drive)) bench.deliver([fix]);
    },
    'in one batch': (bench) => void bench.deliver(drive(row.drive)),
    'newest first, hours later': (bench) => {
      bench.wait(at('11:00'));
      for (const fix of drive(row.drive).reverse()) bench.deliver([{ ...fix, receivedMs: at('12:10') }]);
    },
    'oldest first, hours later, restarting after each': (bench) => {
      bench.wait(at('11:00'));
      for (const fix of drive(row.drive)) {
        bench.deliver([{ ...fix, receivedMs: at('12:10') }]);
        bench.restart();
      }
    },
  };
  it.each(Object.keys(orders))('%s', (order) => {
    const bench = new Bench(at('07:00'));
    const id = bench.create(
      terms('09:00', '10:00', {
        minStayMs: (row.stay ?? 0) * MINUTE,
        maxDelayMs: (row.delay ?? 0) * MINUTE,
        minArrivalMs: (row.arrival ?? 0) * MINUTE,
      }),
    );
    orders[order]!(bench);
    bench.wait(at('13:00'));
    const { facts } = bench.task(id);
    expect(facts).toMatchObject({
      state: row.state,
      statusMs: at(row.date),
      arrivalMs: row.arrived === undefined ? null : at(row.arrived),
      isLate: row.isLate ?? false,
      isFaulty: row.state === 'failed' && row.arrived !== undefined,
      issues: row.issues ?? [],
    });
    if (row.stayMin !== undefined) expect(facts.stayMs).toBe(row.stayMin * MINUTE);
  });
});

describe('what is told', () => {
  it('arrival and completion at the same instant are two transitions', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-08:50 +09:10'));
    expect(bench.statusEvents(id)).toEqual(['active', 'completed']);
  });

  it('a failure that a backlog overturns is one revision', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 5 * MINUTE }));
    bench.wait(at('11:00'));
    expect(bench.task(id).facts.state).toBe('failed');
    bench.deliver(drive('-08:50 +09:10 +09:20 -09:30').map((fix) => ({ ...fix, receivedMs: at('11:00') })));
    expect(bench.statusEvents(id)).toEqual(['failed', 'completed (revised)']);
  });

  it('an outside fix that splits a visit takes the arrival back', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minArrivalMs: 5 * MINUTE, minStayMs: 30 * MINUTE }));
    bench.deliver(drive('-08:50 +09:10 +09:16'));
    expect(bench.task(id).facts.state).toBe('active');
    bench.deliver([outside('09:13', at('09:17'))]);
    expect(bench.task(id).facts).toMatchObject({ state: 'assigned', arrivalMs: null, statusMs: at('08:00') });
    expect(bench.statusEvents(id)).toEqual(['active', 'assigned (revised)']);
  });

  it('a repeated delivery changes and tells nothing', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 5 * MINUTE }));
    const fixes = drive('-08:50 +09:10 +09:20 -09:30');
    expect(bench.deliver(fixes)).toEqual([true, true, true, true]);
    const before = bench.task(id);
    const told = bench.events.length;
    expect(bench.deliver(fixes)).toEqual([false, false, false, false]);
    bench.restart();
    expect(bench.deliver([...fixes].reverse())).toEqual([false, false, false, false]);
    expect(bench.task(id)).toEqual(before);
    expect(bench.events.length).toBe(told);
  });
});

describe('when a deadline is decided', () => {
  it('closes as soon as fixes on both sides of it are close together', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-09:58'));
    bench.deliver(drive('-10:02'));
    expect(bench.task(id).facts.state).toBe('failed');
  });

  it('waits for the grace when the device is silent around it', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-09:50'));
    bench.wait(at('10:09'));
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.wait(at('10:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('10:00') });
  });

  it('nothing fails because the gateway was down', () => {
    const bench = new Bench(at('08:00'));
    const ids = Array.from({ length: 10 }, (_, i) => bench.create(terms('09:00', `10:${10 + i}`)));
    const states = () => new Set(ids.map((id) => bench.task(id).facts.state));
    bench.nowMs = at('12:00');
    bench.restart();
    bench.clock(at('12:00'));
    bench.wait(at('12:09'));
    expect(states()).toEqual(new Set(['assigned']));
    bench.wait(at('12:11'));
    expect(states()).toEqual(new Set(['failed']));
  });

  it('a task with a past window is judged at once where history covers it', () => {
    const bench = new Bench(at('08:00'));
    bench.deliver(drive('-08:50 +09:10 +09:20 -09:30 -09:58 -10:02 -11:00'));
    const visited = bench.create(terms('09:00', '10:00'));
    const missed = bench.create(terms('09:30', '10:00'));
    expect(bench.task(visited).facts).toMatchObject({ state: 'completed', statusMs: at('09:10') });
    expect(bench.task(missed).facts).toMatchObject({ state: 'failed', statusMs: at('10:00') });
  });

  it('a task for a window of last month is judged by what then comes in, and follows the open visit', () => {
    const bench = new Bench(at('08:00') + 31 * 24 * HOUR);
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-08:50 +09:10'));
    bench.deliver(drive('+09:20'));
    bench.deliver(drive('-09:30'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', stayMs: 10 * MINUTE, isSettled: true });
    bench.deliver(drive('-09:15'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', stayMs: 0 });
  });

  it('a task leaves the memory with its horizon, even with an open visit', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '23:00'));
    bench.deliver(drive('-08:50 +09:10'));
    bench.wait(at('23:00'));
    bench.clock(at('23:01') + 7 * 24 * HOUR);
    expect(bench.world.tasks.size).toBe(0);
    bench.deliver([inside('09:20', bench.nowMs), outside('09:30', bench.nowMs)]);
    expect(bench.task(id).facts.stayMs).toBe(0);
  });

  it('a first fix long after a closed deadline may still lengthen the visit it ends', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 30 * MINUTE }));
    bench.deliver(drive('-09:00 +09:10 +09:20'));
    bench.wait(at('11:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', isFaulty: true, stayMs: 10 * MINUTE });
    bench.deliver(drive('+12:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:40'), stayMs: 50 * MINUTE });
  });

  it('the stay of a finished task grows until the tracker leaves', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '18:00'));
    bench.deliver(drive('-09:00 +09:10'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', stayMs: 0, isSettled: false });
    bench.restart();
    bench.deliver(drive('+09:20 +09:40'));
    bench.deliver(drive('-09:50'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', stayMs: 30 * MINUTE, isSettled: true });
  });
});

describe('tenure', () => {
  it('a task given later counts from then on', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00', { minStayMs: 20 * MINUTE }), null);
    bench.deliver(drive('-08:50 +09:10 +09:30'));
    bench.clock(at('09:35'));
    bench.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: 1 });
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.deliver(drive('+10:00'));
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:35'), statusMs: at('09:55') });
  });

  it('a former tracker no longer counts, the new one does', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '12:00'));
    bench.deliver(drive('-08:50'));
    bench.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: 2 });
    bench.deliver(drive('+09:10'));
    expect(bench.task(id).facts.state).toBe('assigned');
    bench.deliver(drive('+09:20'), 2);
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', arrivalMs: at('09:20') });
  });

  it('nobody assigned stays unassigned past the deadline', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'), null);
    bench.wait(at('11:00'));
    expect(bench.task(id).facts.state).toBe('unassigned');
    bench.do({ kind: 'assign_task', by: 'navixy', taskId: id, trackerId: 1 });
    bench.wait(at('11:11'));
    expect(bench.task(id).facts).toMatchObject({ state: 'failed', statusMs: at('11:00'), issues: ['no_visit'] });
  });
});

describe('edits', () => {
  it('a zone moved to where the tracker has been completes the task from stored fixes', () => {
    const bench = new Bench(at('08:00'));
    const elsewhere = { ...DEPOT, latDeg: 48 };
    const id = bench.create(terms('09:00', '10:00', { zone: elsewhere }));
    bench.deliver(drive('-09:05 +09:10 +09:20 -09:30'));
    const { text } = bench.task(id);
    bench.do({ kind: 'edit_task', by: 'navixy', taskId: id, text, terms: terms('09:00', '10:00') });
    expect(bench.task(id).facts).toMatchObject({ state: 'completed', statusMs: at('09:10') });
  });

  it.each(['edit_task', 'assign_task'] as const)('%s is refused once the tracker has arrived', (kind) => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: HOUR }));
    bench.deliver(drive('-09:05 +09:10'));
    const { text, terms: taskTerms } = bench.task(id);
    const command =
      kind === 'edit_task'
        ? ({ kind, by: 'navixy', taskId: id, text, terms: taskTerms } as const)
        : ({ kind, by: 'navixy', taskId: id, trackerId: 2 } as const);
    expect(bench.do(command)).toMatchObject({ kind: 'refused', code: 'task_state' });
  });

  it('a deleted task is out of the engine for good', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00'));
    bench.deliver(drive('-08:50'));
    bench.do({ kind: 'delete_task', taskId: id });
    bench.deliver(drive('+09:10'));
    bench.wait(at('11:00'));
    expect(bench.statusEvents(id)).toEqual([]);
    expect(bench.do({ kind: 'delete_task', taskId: id })).toMatchObject({ code: 'task_not_found' });
  });
});

describe('a failed commit', () => {
  it('leaves the world as the disk says', () => {
    const bench = new Bench(at('08:00'));
    const id = bench.create(terms('09:00', '10:00', { minStayMs: 5 * MINUTE }));
    bench.deliver(drive('-08:50'));
    bench.deliverInVain(drive('+09:10 +09:20'));
    expect(bench.task(id).facts.state).toBe('assigned');
    expect(bench.deliver(drive('+09:10 +09:20'))).toEqual([true, true]);
    expect(bench.statusEvents(id)).toEqual(['active', 'completed']);
  });
});
