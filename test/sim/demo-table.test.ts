import { describe, expect, it } from 'vitest';
import { type Glance, plainLine, table } from '../../src/sim/demo-table.ts';

const GLANCE: Glance = {
  elapsedMs: 5000,
  clockMs: Date.UTC(2026, 4, 4, 8),
  factor: 20,
  httpUrl: 'http://127.0.0.1:8080',
  consoleUrl: 'http://127.0.0.1:8080/#token=abc',
  apiKey: '0123456789abcdef0123456789abcdef',
  fixesPerSecond: 71.6,
  actors: [
    { label: 'Ash', protocol: 'teltonika', isRegistered: true, isOnline: true, speedKmh: 47, waiting: 1 },
    { label: 'Fir', protocol: 'gt06', isRegistered: true, isOnline: false, speedKmh: 47, waiting: 31 },
    { label: 'Yew', protocol: 'teltonika', isRegistered: false, isOnline: false, speedKmh: 0, waiting: 40 },
  ],
  countByStatus: { unassigned: 0, assigned: 20, arrived: 1, done: 6, delayed: 2, failed: 3, faulty: 4 },
  lines: [
    { label: 'Ash: Delivery 1', eventMs: Date.UTC(2026, 4, 4, 7, 59), from: 'failed', to: 'done', isRevised: true },
  ],
  deliveries: [{ id: 'msg_1', type: 'task.done', isVerified: true, headers: {}, body: '' }],
};

describe('what the demo shows', () => {
  it('is one line without control characters where there is no terminal', () => {
    const line = plainLine(GLANCE);
    expect(line).toBe(
      '5 s | online 1/3 | fixes/s 72 | unassigned 0 assigned 20 arrived 1 done 6 delayed 2 failed 3 faulty 4 | Ash: Delivery 1: failed -> done | webhook task.done msg_1 signed\n',
    );
  });

  it('is a table with trackers, tasks and transitions on a terminal', () => {
    const shown = table(GLANCE);
    expect(shown).toContain('1 of 3 trackers online   72 fixes/s');
    expect(shown).toMatch(/Ash +teltonika +47 km\/h/);
    expect(shown).toMatch(/Fir +gt06 +no coverage {2}31 kept/);
    expect(shown).toContain('delayed 2');
    expect(shown).toMatch(/07:59:00 {2}Ash: Delivery 1 .*failed -> .*done.*revised by late evidence/);
    expect(shown).toMatch(/Yew +teltonika +not accepted {2}40 kept/);
    expect(shown).toContain(`console ${GLANCE.consoleUrl}`);
    expect(shown).toContain(GLANCE.httpUrl);
    expect(shown).toContain('webhook task.done msg_1 signed');
  });
});
