/** P1: server CPU per frame of the whole gateway against a server that only frames and acknowledges. P2: against Redis. */
import type { Context } from './context.ts';
import { cpuOfGateway, type Side, scored } from './gateway-side.ts';
import { faultsOfLoad } from './load.ts';
import { alternate, median, medianRatio } from './measure.ts';
import { type Findings, type Row, ratioAtLeast } from './report.ts';
import { hasRedis, startRedis, startYardstick } from './servers.ts';

const cpuUs = ({ report }: Side) => report.cpuUsPerFrame;
const rate = ({ report }: Side) => report.framesPerS;
const loadShare = ({ report }: Side) => report.ownCpuMs / report.windowS / 10;

export async function cpuBench(context: Context): Promise<Findings> {
  const rows: Row[] = [];
  for (const [records, limit] of [
    [1, 0.8],
    [10, 0.6],
  ] as const) {
    const [bare, whole] = await alternate(context.scale.rounds, [
      () => bareSide(context, records),
      () => gatewaySide(context, records),
    ]);
    const what = `${records} record${records === 1 ? '' : 's'} a frame`;
    const ratio = medianRatio(bare!.map(cpuUs), whole!.map(cpuUs));
    const row = { target: 'P1', unit: 'us CPU/frame', bound: ratioAtLeast(limit) };
    rows.push(
      scored({ ...row, name: `whole gateway, ${what}`, figure: median(whole!.map(cpuUs)), ratio }, [
        ...bare!,
        ...whole!,
      ]),
      { target: '', name: `  bare server, ${what}`, figure: median(bare!.map(cpuUs)), unit: row.unit, ratio: null },
      { target: '', name: `  whole gateway, ${what}`, figure: median(whole!.map(rate)), unit: 'frames/s', ratio: null },
    );
    // Near 100, it would be the load that was measured.
    const load = median(bare!.map(loadShare));
    rows.push({
      target: '',
      name: `  load beside the bare server, ${what}`,
      figure: load,
      unit: '% of its core',
      ratio: null,
    });
    context.say(`P1 ${what}: ratios ${bare!.map((side, i) => (cpuUs(side) / cpuUs(whole![i]!)).toFixed(3)).join(' ')}`);
  }
  return { rows };
}

export async function durableBench(context: Context): Promise<Findings> {
  const row = { target: 'P2', name: 'durable ACKs against Redis SET, synced always', unit: 'ACKs/s' };
  const bound = ratioAtLeast(1);
  if (!hasRedis())
    return { rows: [{ ...row, figure: null, ratio: null, bound, note: 'redis-server is not installed' }] };
  const [redis, whole] = await alternate(context.scale.rounds, [
    () => redisSide(context),
    () => gatewaySide(context, 1),
  ]);
  const ratio = medianRatio(whole!.map(rate), redis!.map(rate));
  const figure = median(whole!.map(rate));
  const us = { target: '', unit: 'us CPU/ACK', ratio: null };
  return {
    rows: [
      scored({ ...row, figure, ratio, bound }, [...redis!, ...whole!]),
      { target: '', name: '  Redis', figure: median(redis!.map(rate)), unit: row.unit, ratio: null },
      { ...us, name: '  whole gateway', figure: median(whole!.map(cpuUs)) },
      { ...us, name: '  Redis', figure: median(redis!.map(cpuUs)) },
    ],
  };
}

function gatewaySide(context: Context, records: number): Promise<Side> {
  return cpuOfGateway(context, context.fullSeed, { ...context.drive(), records, step: records === 1 ? 1000 : 200 });
}

function bareSide(context: Context, records: number): Promise<Side> {
  return context.withServer(
    (directory) => startYardstick('bare', directory),
    async (server) => {
      const report = await context.load(server, { ...context.drive(), records });
      return { report, faults: faultsOfLoad(report) };
    },
  );
}

/** A frame of one record, as a value. */
const PAYLOAD_BYTES = 83;

function redisSide(context: Context): Promise<Side> {
  const command = `*3\r\n$3\r\nSET\r\n$9\r\nt@@@@@@@@\r\n$${PAYLOAD_BYTES}\r\n${'x'.repeat(PAYLOAD_BYTES)}\r\n`;
  const request = Buffer.from(command).toString('hex');
  const reply = Buffer.from('+OK\r\n').toString('hex');
  return context.withServer(startRedis, async (server) => {
    const report = await context.load(server, { request, reply });
    return { report, faults: faultsOfLoad(report) };
  });
}
