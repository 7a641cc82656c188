/** The map as a table. */
import { connections, positions, trackerLabels } from '../live.ts';
import { Empty } from '../parts/notice.tsx';
import { Table } from '../parts/table.tsx';
import { Ago } from '../parts/time.tsx';

const SHOWN_MAX = 500;

export function VehicleTable() {
  const labels = [...trackerLabels.value].sort(([, a], [, b]) => a.localeCompare(b));
  if (labels.length === 0) {
    return (
      <Empty>
        There are no trackers. <a href="#/pending">Those that wait</a>
      </Empty>
    );
  }
  return (
    <>
      <Table
        caption="Vehicles and where they are"
        head={['Vehicle', 'State', 'Position', 'km/h', 'Seen']}
        rows={labels.slice(0, SHOWN_MAX).map(([id, label]) => rowOf(id, label))}
      />
      {labels.length > SHOWN_MAX && <a href="#/trackers">All trackers</a>}
    </>
  );
}

function rowOf(id: number, label: string) {
  const position = positions.value.get(id);
  const isOnline = connections.value.get(id) ?? false;
  return [
    <a href={`#/trackers/${id}`}>{label}</a>,
    <span class={isOnline ? 'online' : 'offline'}>{isOnline ? 'online' : 'offline'}</span>,
    position === undefined ? 'none yet' : `${position.lat.toFixed(4)}, ${position.lon.toFixed(4)}`,
    position?.speed === null || position === undefined ? '' : Math.round(position.speed),
    <Ago at={position?.time ?? null} />,
  ];
}
