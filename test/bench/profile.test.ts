import { expect, it } from 'vitest';
import { type CpuProfile, selfTimes } from './profile.ts';

const frame = (functionName: string, url = '', lineNumber = 0) => ({ functionName, url, lineNumber });

const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 4, 5] },
    { id: 2, callFrame: frame('append', 'file:///x/dist/src/store/appender.js', 9), children: [3] },
    { id: 3, callFrame: frame('run') },
    { id: 4, callFrame: frame('decode', 'file:///x/dist/protocols/teltonika/decode.js', 4) },
    { id: 5, callFrame: frame('(garbage collector)') },
  ],
  startTime: 1000,
  samples: [1, 2, 3, 4, 5, 4],
  timeDeltas: [0, 100, 100, 100, 100, 100],
};

it('a profile gives each function its own time in the window, and what is native to its caller', () => {
  expect(selfTimes(PROFILE, 1100, 1450)).toEqual([
    { room: 'store', name: 'append appender.js:10', us: 100 },
    { room: 'store', name: 'run native', us: 100 },
    { room: 'protocols', name: 'decode decode.js:5', us: 100 },
    { room: 'system', name: '(garbage collector)', us: 100 },
  ]);
});
