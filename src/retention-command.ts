/** What retention would take out with other settings, before anybody sets them. */
import type { Command } from './command.ts';
import { acceptance } from './engine/track.ts';
import type { Host } from './host.ts';
import { optionValue } from './ops/arguments.ts';
import { systemClock } from './ops/clock.ts';
import { readTextFile, resolveConfig, settingOptions } from './ops/config.ts';
import { duration } from './ops/values.ts';
import { engineSettings } from './serve.ts';
import type { RetentionPreview, TrackerShare } from './store/retention-preview.ts';
import { openSnapshot, type Snapshot } from './store/snapshot.ts';

const TRACKERS_SHOWN = 10;
const DAY_MS = 86_400_000;

export const RETENTION: Command = {
  usage: 'retention [--fixes DURATION] [--frames DURATION] [--json] [--data DIR]',
  summary: 'what would be deleted if so much were kept; deletes nothing',
  options: {
    fixes: { value: 'DURATION', meaning: 'how long positions would be kept (default as retention.fixes says)' },
    frames: {
      value: 'DURATION',
      meaning: 'how long other raw frames would be kept (default as retention.frames says)',
    },
    json: { value: null, meaning: 'one JSON object, with every tracker' },
    ...settingOptions(),
  },
  operandsMin: 0,
  operandsMax: 0,
  notes:
    'Beside a running gateway, too. To have it done, start the gateway with --retention-fixes and --retention-frames.',
  async run(given, host) {
    const { config } = resolveConfig({ flags: given.options, environment: host.environment, readText: readTextFile });
    const { hygiene, lateDataHorizonMs } = engineSettings(config);
    const fixesKeptMs = given.options.has('fixes')
      ? optionValue(given, 'fixes', duration, '')
      : config['retention.fixes'];
    const messagesKeptMs = given.options.has('frames')
      ? optionValue(given, 'frames', duration, '')
      : config['retention.frames'];
    const limits = { fixesKeptMs, messagesKeptMs, lateDataHorizonMs, accepts: acceptance(hygiene) };
    const snapshot = openSnapshot(config.data);
    try {
      const preview = snapshot.previewRetention(limits, systemClock(), progressOn(host));
      if (given.options.has('json')) host.write(`${JSON.stringify({ fixesKeptMs, messagesKeptMs, ...preview })}\n`);
      else host.write(previewText(preview, snapshot, fixesKeptMs, messagesKeptMs));
      return 0;
    } finally {
      snapshot.close();
    }
  },
};

function previewText(preview: RetentionPreview, snapshot: Snapshot, fixesKeptMs: number, framesKeptMs: number): string {
  const { total, byTracker, neededFrames, journalBytes, fromMs, toMs } = preview;
  const kept = `positions kept ${days(fixesKeptMs)}, other frames ${days(framesKeptMs)}`;
  const lines = [
    `With ${kept}, of ${journalBytes} bytes of frames would go:`,
    `  ${total.bytes} bytes: ${total.fixes} fixes in ${total.frames} frames, ${total.messages} frames without positions`,
    ...(fromMs === null ? [] : [`  received ${iso(fromMs)} to ${iso(toMs ?? fromMs)}`]),
    ...(neededFrames === 0 ? [] : [`  ${neededFrames} frames as old stay: a task or a last position needs them`]),
    ...byTracker.slice(0, TRACKERS_SHOWN).map((share) => `  ${shareText(share, snapshot)}`),
    ...(byTracker.length <= TRACKERS_SHOWN ? [] : [`  and ${byTracker.length - TRACKERS_SHOWN} trackers more`]),
  ];
  return `${lines.join('\n')}\nNothing was deleted.\n`;
}

function shareText({ trackerId, bytes, fixes, messages }: TrackerShare, snapshot: Snapshot): string {
  const label = JSON.stringify(snapshot.labelOf(trackerId) ?? '');
  return `tracker ${trackerId} ${label}: ${bytes} bytes, ${fixes} fixes, ${messages} frames without positions`;
}

function days(ms: number): string {
  return `${Math.round((ms / DAY_MS) * 100) / 100} days`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

function progressOn(host: Host): (progress: number) => void {
  if (!host.isTerminal) return () => {};
  let shown = -1;
  return (progress) => {
    const percent = Math.floor(progress * 100);
    if (percent === shown) return;
    shown = percent;
    host.complain(`\r${percent} % read${percent === 100 ? '\n' : ''}`);
  };
}
