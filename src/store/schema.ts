/** The database's tables. Every change is a migration: append, never edit what has been released. */
import { NAVIXY_STATUS_SQL } from '../model/projections.ts';
import { UNLOCATED_SQL } from './unlocated.ts';
import { WINDOW_CLASS_SQL } from './window-classes.ts';

/** Index in this list + 1 = the schema version (`PRAGMA user_version`) after running it. */
export const MIGRATIONS: readonly string[] = [
  `
  -- The frames of every commit, raw, written once, some 16 KiB to a row (layout: store/journal.ts).
  CREATE TABLE journal (
    id   INTEGER PRIMARY KEY,
    body BLOB NOT NULL
  ) STRICT;

  -- Which frames hold a tracker's records between two device times: sorted segments, made behind the line.
  CREATE TABLE track_segment (
    tracker_id       INTEGER NOT NULL,
    segment          INTEGER NOT NULL,
    from_ms          INTEGER NOT NULL,
    to_ms            INTEGER NOT NULL,
    received_from_ms INTEGER NOT NULL,
    received_to_ms   INTEGER NOT NULL,
    entries          BLOB NOT NULL,      -- store/entries.ts
    PRIMARY KEY (tracker_id, segment)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX track_segment_by_time ON track_segment (tracker_id, to_ms, from_ms);

  -- What the sealed part of a track says about its newest end.
  CREATE TABLE track_head (
    tracker_id       INTEGER PRIMARY KEY,
    newest_ms        INTEGER,
    ahead_ms         TEXT NOT NULL,      -- JSON array: device times ahead of their receipt
    last_received_ms INTEGER NOT NULL
  ) STRICT;

  -- Single values: engine clock, last sealed journal row, ...
  CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE trackers (
    id         INTEGER PRIMARY KEY,
    uuid       TEXT NOT NULL UNIQUE,
    label      TEXT NOT NULL,
    imei       TEXT UNIQUE,
    model      TEXT,
    time_zone  TEXT NOT NULL,
    is_blocked INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE tasks (
    id               INTEGER PRIMARY KEY,
    uuid             TEXT NOT NULL UNIQUE,
    dialect          TEXT NOT NULL,
    created_ms       INTEGER NOT NULL,
    deleted_ms       INTEGER,
    -- text
    label            TEXT NOT NULL,
    description      TEXT NOT NULL,
    external_id      TEXT,
    address          TEXT NOT NULL,
    tags             TEXT NOT NULL,          -- JSON array of integers
    origin           TEXT NOT NULL,
    extra            TEXT NOT NULL,          -- JSON object
    -- terms
    lat_deg          REAL NOT NULL,
    lon_deg          REAL NOT NULL,
    radius_m         REAL NOT NULL,
    from_ms          INTEGER NOT NULL,
    to_ms            INTEGER NOT NULL,
    max_delay_ms     INTEGER NOT NULL,
    min_stay_ms      INTEGER NOT NULL,
    min_arrival_ms   INTEGER NOT NULL,
    is_form_required INTEGER NOT NULL,
    is_form_in_zone  INTEGER NOT NULL,
    -- checkpoint
    route_id         INTEGER,
    route_order      INTEGER,
    -- tenure
    tracker_id       INTEGER,
    given_ms         INTEGER,                -- NULL = for the whole window
    assigned_ms      INTEGER,
    attempt          TEXT,                   -- JSON of Attempt; NULL = the first, untouched
    -- facts
    state            TEXT NOT NULL,
    status_ms        INTEGER NOT NULL,
    arrival_ms       INTEGER,
    completion_ms    INTEGER,
    stay_ms          INTEGER NOT NULL,
    issues           TEXT NOT NULL,          -- comma-separated, '' = none
    is_late          INTEGER NOT NULL,
    is_faulty        INTEGER NOT NULL,
    closer           TEXT,
    is_settled       INTEGER NOT NULL,
    navixy_status    TEXT GENERATED ALWAYS AS (${NAVIXY_STATUS_SQL}) VIRTUAL
  ) STRICT;

  -- Checkpoints are tasks; ids are shared with them.
  CREATE TABLE routes (
    id             INTEGER PRIMARY KEY,
    uuid           TEXT NOT NULL UNIQUE,
    dialect        TEXT NOT NULL,
    created_ms     INTEGER NOT NULL,
    deleted_ms     INTEGER,
    text           TEXT NOT NULL,            -- JSON
    tracker_id     INTEGER,
    since_ms       INTEGER NOT NULL,
    checkpoint_ids TEXT NOT NULL,            -- JSON array of task ids, in order
    status         TEXT NOT NULL,
    status_ms      INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX tasks_by_tracker ON tasks (tracker_id, navixy_status, id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_status ON tasks (navixy_status, id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_external_id ON tasks (external_id, id) WHERE deleted_ms IS NULL AND external_id IS NOT NULL;
  CREATE INDEX tasks_by_window ON tasks (to_ms, from_ms, navixy_status) WHERE deleted_ms IS NULL;
  -- What the engine holds in memory: unfinished, or finished and open to late evidence.
  CREATE INDEX tasks_by_asked ON tasks (max(to_ms + max_delay_ms, created_ms, ifnull(given_ms, 0))) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_alive ON tasks (id)
    WHERE deleted_ms IS NULL AND (is_settled = 0 OR state NOT IN ('completed', 'failed', 'cancelled'));

  CREATE TABLE history (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    uid         TEXT NOT NULL UNIQUE,        -- from what the event says (store/event-rows.ts)
    task_id     INTEGER NOT NULL,
    event_ms    INTEGER NOT NULL,
    recorded_ms INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    body        TEXT NOT NULL                -- JSON of TaskEventBody
  ) STRICT;
  CREATE INDEX history_by_task ON history (task_id, id);
  CREATE INDEX history_transitions ON history (id) WHERE kind = 'status_change';

  -- What is to be told outside: one row per history row, kept until every listener has it or it is too old.
  CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    history_id INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE api_keys (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    hash        BLOB NOT NULL UNIQUE,        -- SHA-256 of the key; the key itself is shown once
    prefix      TEXT NOT NULL,               -- first characters, to tell keys apart
    scopes      TEXT NOT NULL,               -- comma-separated; '*' = all
    created_ms  INTEGER NOT NULL,
    expires_ms  INTEGER,
    revoked_ms  INTEGER
  ) STRICT;
  `,
  `
  -- The engine reads tasks back by tracker, and by the order of the deadlines that the clock has to look at.
  ALTER TABLE tasks ADD COLUMN deadline_ms INTEGER GENERATED ALWAYS AS (to_ms + max_delay_ms) VIRTUAL;
  -- From when on the horizon counts: D, creation, assignment or restart. An open task is asked for still.
  ALTER TABLE tasks ADD COLUMN asked_ms INTEGER GENERATED ALWAYS AS (
    CASE WHEN state IN ('completed', 'failed', 'cancelled')
      THEN max(to_ms + max_delay_ms, created_ms, ifnull(given_ms, 0), ifnull(attempt ->> '$.restartedMs', 0))
      ELSE 9007199254740991 END) VIRTUAL;
  DROP INDEX tasks_by_asked;
  DROP INDEX tasks_alive;
  CREATE INDEX tasks_by_asked ON tasks (tracker_id, asked_ms) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_deadline ON tasks (deadline_ms, id, tracker_id)
    WHERE deleted_ms IS NULL AND tracker_id IS NOT NULL AND is_settled = 0
      AND state NOT IN ('completed', 'failed', 'cancelled');
  `,
  `
  -- How long a window is at most, as a class, so that overlapping windows are a range of beginnings in each class:
  -- an index on (to_ms, from_ms) alone reads half of the table (store/task-queries.ts). Verdicts do not change it.
  ALTER TABLE tasks ADD COLUMN window_class INTEGER GENERATED ALWAYS AS (${WINDOW_CLASS_SQL}) VIRTUAL;
  DROP INDEX tasks_by_window;
  CREATE INDEX tasks_by_window ON tasks (window_class, from_ms, to_ms, navixy_status) WHERE deleted_ms IS NULL;
  `,
  `
  -- How a tracker's frames are read where that has changed since their receipt, or is not UTC (store/readings.ts).
  CREATE TABLE track_reading (
    tracker_id       INTEGER PRIMARY KEY,
    clocks           TEXT NOT NULL,        -- JSON array: by how many minutes clocks of kept frames are read as ahead of UTC
    restamped_to     INTEGER NOT NULL,     -- journal row up to which all frames are read by the next column
    restamped_ahead  INTEGER NOT NULL,
    reread_to        INTEGER NOT NULL      -- journal row up to which the index is newer than what headers in the journal say
  ) STRICT;
  `,
  `
  CREATE TABLE device_commands (
    id         INTEGER PRIMARY KEY,
    tracker_id INTEGER NOT NULL,
    text       TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    sent_ms    INTEGER,
    closed_ms  INTEGER,
    answer     TEXT,                     -- the device's words
    reason     TEXT                      -- ours, where it could not be sent
  ) STRICT;
  CREATE INDEX device_commands_by_tracker ON device_commands (tracker_id, id);
  -- What is read back at the start.
  CREATE INDEX device_commands_open ON device_commands (id) WHERE state IN ('queued', 'sent');
  `,
  `
  -- Tags, people, vehicles and the like (model/records.ts), each kind read whole.
  CREATE TABLE records (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL                   -- JSON without the id
  ) STRICT;
  CREATE INDEX records_by_kind ON records (kind, id);
  `,
  `
  -- What is told of a tracker and not of a task stands in the same order and the same outbox, with task_id 0.
  ALTER TABLE history ADD COLUMN tracker_id INTEGER;
  CREATE INDEX history_by_tracker ON history (tracker_id, id) WHERE tracker_id IS NOT NULL;
  `,
  `
  -- Routes are searched by status, tracker and window (first beginning to last end), and counted by external id.
  ALTER TABLE routes ADD COLUMN from_ms INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE routes ADD COLUMN to_ms INTEGER NOT NULL DEFAULT 0;
  UPDATE routes SET
    from_ms = ifnull((SELECT tasks.from_ms FROM tasks WHERE tasks.id = routes.checkpoint_ids ->> '$[0]'), 0),
    to_ms = ifnull((SELECT tasks.to_ms FROM tasks WHERE tasks.id = routes.checkpoint_ids ->> '$[#-1]'), 0);
  ALTER TABLE routes ADD COLUMN external_id TEXT GENERATED ALWAYS AS (text ->> '$.externalId') VIRTUAL;
  CREATE INDEX routes_by_external_id ON routes (external_id) WHERE deleted_ms IS NULL AND external_id IS NOT NULL;
  CREATE INDEX routes_alive ON routes (status, tracker_id, from_ms, to_ms) WHERE deleted_ms IS NULL;
  -- Lists of tasks leave checkpoints out, and see in the index which ones these are.
  DROP INDEX tasks_by_tracker;
  DROP INDEX tasks_by_status;
  DROP INDEX tasks_by_window;
  CREATE INDEX tasks_by_tracker ON tasks (tracker_id, navixy_status, id, route_id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_status ON tasks (navixy_status, id, route_id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_window ON tasks (window_class, from_ms, to_ms, navixy_status, route_id) WHERE deleted_ms IS NULL;
  `,
  `
  -- The form of a task as it was attached, with what was filled in: JSON of TaskForm (model/form.ts).
  ALTER TABLE tasks ADD COLUMN form TEXT;
  CREATE INDEX tasks_by_template ON tasks (form ->> '$.templateId') WHERE deleted_ms IS NULL AND form IS NOT NULL;

  -- Files for the fields of forms; their content lies beside the database under its key (store/form-files.ts).
  CREATE TABLE form_files (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id     INTEGER NOT NULL,
    form_ms     INTEGER NOT NULL,        -- when the form that it was made for was attached
    field_id    TEXT NOT NULL,
    key         TEXT NOT NULL UNIQUE,
    token       BLOB NOT NULL UNIQUE,    -- SHA-256 of the right to upload it, which is shown once
    name        TEXT,
    bytes       INTEGER NOT NULL,        -- taken, or reserved until it is uploaded
    mime_type   TEXT,
    metadata    TEXT,                    -- JSON
    state       TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    uploaded_ms INTEGER,
    expires_ms  INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX form_files_by_task ON form_files (task_id);
  `,
  `
  -- A polygon: GeoJSON's ring, within the circle of the other columns. NULL = a circle.
  ALTER TABLE tasks ADD COLUMN ring TEXT;
  -- Tasks that were settled before have none until something else is found about them.
  ALTER TABLE tasks ADD COLUMN departure_ms INTEGER;
  `,
  `
  -- When the row was last written, by the engine's clock; no older row was written after the last commit.
  ALTER TABLE tasks ADD COLUMN modified_ms INTEGER NOT NULL DEFAULT 0;
  UPDATE tasks SET modified_ms = ifnull((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'clock_ms'), 0);
  CREATE INDEX tasks_by_modified ON tasks (modified_ms) WHERE deleted_ms IS NULL;
  -- Whose tracker a task has (store/task-conditions.ts).
  CREATE INDEX employees_by_tracker ON records (body ->> '$.trackerId') WHERE kind = 'employee';

  -- Requests that may be repeated under a key (store/requests.ts).
  CREATE TABLE requests (
    caller   TEXT NOT NULL,
    key      TEXT NOT NULL,
    digest   TEXT NOT NULL,              -- of what was asked for
    begun_ms INTEGER NOT NULL,
    answer   TEXT,                       -- JSON; NULL = it came to no end yet
    PRIMARY KEY (caller, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_by_caller ON requests (caller, begun_ms);
  CREATE INDEX requests_by_age ON requests (begun_ms);
  `,
  `
  -- Of clients that logged in with a key; both by their SHA-256. When it was last used is known to the hour.
  CREATE TABLE sessions (
    hash     BLOB PRIMARY KEY,
    key_hash BLOB NOT NULL,
    used_ms  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_use ON sessions (key_hash, used_ms);
  -- The few tasks that a search for tags has to look at.
  CREATE INDEX tasks_tagged ON tasks (id) WHERE deleted_ms IS NULL AND tags <> '[]';
  -- A tracker that is deleted stays, and so does what it sent.
  ALTER TABLE trackers ADD COLUMN deleted_ms INTEGER;
  -- Models of devices that a tracker had before: JSON array of [journal row up to which, model].
  ALTER TABLE track_reading ADD COLUMN former_models TEXT NOT NULL DEFAULT '[]';
  -- How often all that is kept was read anew.
  ALTER TABLE track_reading ADD COLUMN rereads INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- What people are told of, in the order it was recorded (store/event-queries.ts).
  CREATE INDEX history_told ON history (recorded_ms) WHERE kind IN ('status_change', 'form', 'route_status');
  `,
  `
  -- What GSMtasks and TheTrack say of a task: JSON of TaskDetails (model/details.ts).
  ALTER TABLE tasks ADD COLUMN details TEXT;
  -- Ends of the window that nobody has set ('from', 'to', 'both'), and the place in its tracker's queue.
  ALTER TABLE tasks ADD COLUMN open_ends TEXT;
  ALTER TABLE tasks ADD COLUMN position REAL;
  ALTER TABLE tasks ADD COLUMN start_ms INTEGER;
  ALTER TABLE tasks ADD COLUMN is_near INTEGER;
  -- A window without an end has no deadline; a task without a point (radius_m = 0) is not Navixy's to show.
  DROP INDEX tasks_by_asked;
  DROP INDEX tasks_by_deadline;
  ALTER TABLE tasks DROP COLUMN asked_ms;
  ALTER TABLE tasks DROP COLUMN deadline_ms;
  ALTER TABLE tasks ADD COLUMN deadline_ms INTEGER GENERATED ALWAYS AS (
    CASE WHEN open_ends IN ('to', 'both') THEN 9007199254740991 ELSE to_ms + max_delay_ms END) VIRTUAL;
  ALTER TABLE tasks ADD COLUMN asked_ms INTEGER GENERATED ALWAYS AS (
    CASE WHEN state IN ('completed', 'failed', 'cancelled')
      THEN max(CASE WHEN open_ends IN ('to', 'both') THEN status_ms ELSE to_ms + max_delay_ms END,
        created_ms, ifnull(given_ms, 0), ifnull(attempt ->> '$.restartedMs', 0))
      ELSE 9007199254740991 END) VIRTUAL;
  CREATE INDEX tasks_by_asked ON tasks (tracker_id, asked_ms) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_deadline ON tasks (deadline_ms, id, tracker_id)
    WHERE deleted_ms IS NULL AND tracker_id IS NOT NULL AND is_settled = 0
      AND state NOT IN ('completed', 'failed', 'cancelled');
  DROP INDEX tasks_by_tracker;
  DROP INDEX tasks_by_status;
  DROP INDEX tasks_by_window;
  ALTER TABLE tasks DROP COLUMN navixy_status;
  ALTER TABLE tasks ADD COLUMN navixy_status TEXT GENERATED ALWAYS AS (CASE WHEN radius_m > 0 THEN ${NAVIXY_STATUS_SQL} END) VIRTUAL;
  CREATE INDEX tasks_by_tracker ON tasks (tracker_id, navixy_status, id, route_id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_status ON tasks (navixy_status, id, route_id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_window ON tasks (window_class, from_ms, to_ms, navixy_status, route_id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_reference ON tasks (details ->> '$.reference') WHERE details ->> '$.reference' IS NOT NULL;
  CREATE INDEX tasks_by_order ON tasks (details ->> '$.orderUuid') WHERE details ->> '$.orderUuid' IS NOT NULL;
  CREATE INDEX tasks_by_run ON tasks (details ->> '$.runUuid') WHERE details ->> '$.runUuid' IS NOT NULL;
  `,
  `
  -- Commands to tasks as GSMtasks keeps them (model/instruction.ts).
  CREATE TABLE instructions (
    id          INTEGER PRIMARY KEY,
    uuid        TEXT NOT NULL UNIQUE,
    external_id TEXT UNIQUE,
    task_id     INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    body        TEXT NOT NULL            -- JSON of Instruction without these
  ) STRICT;
  CREATE INDEX instructions_by_task ON instructions (task_id, id);

  -- What GSMtasks and TheTrack keep beside tasks, by UUID (model/resources.ts). Nothing is judged by it.
  CREATE TABLE resources (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    uuid        TEXT NOT NULL UNIQUE,
    external_id TEXT,
    created_ms  INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    body        TEXT NOT NULL            -- JSON
  ) STRICT;
  CREATE INDEX resources_by_kind ON resources (kind, id);
  CREATE INDEX resources_by_external_id ON resources (kind, external_id) WHERE external_id IS NOT NULL;
  `,
  `
  -- Tasks in the order that people work in, all of them and those in one state, and in that of their creation, so that
  -- no page of a million is sorted (store/task-search.ts). A task without a place in the queue is behind all: a blob is.
  ALTER TABLE tasks ADD COLUMN queue_place ANY GENERATED ALWAYS AS (coalesce(position, x'')) VIRTUAL;
  CREATE INDEX tasks_by_place ON tasks (queue_place, created_ms, id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_state ON tasks (state, queue_place, created_ms, id) WHERE deleted_ms IS NULL;
  CREATE INDEX tasks_by_created ON tasks (created_ms, id) WHERE deleted_ms IS NULL;
  `,
  `
  -- How far everyone who is told over HTTP has been told, and what is not simply up to there (store/deliveries.ts).
  CREATE TABLE delivery_progress (
    endpoint   TEXT PRIMARY KEY,         -- UUID
    told_id    INTEGER NOT NULL,         -- row of history up to which all was told
    told_parts INTEGER NOT NULL          -- of what the row after it has to say
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE deliveries (
    endpoint TEXT NOT NULL,
    event_id INTEGER NOT NULL,           -- row of history
    state    TEXT NOT NULL,
    tries    INTEGER NOT NULL,
    next_ms  INTEGER NOT NULL,
    status   INTEGER,
    error    TEXT,
    PRIMARY KEY (endpoint, event_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE delivery_log (
    id          INTEGER PRIMARY KEY,
    endpoint    TEXT NOT NULL,
    event_id    INTEGER NOT NULL,
    request_id  TEXT NOT NULL,
    time_ms     INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status      INTEGER,
    error       TEXT                     -- NULL = it was taken
  ) STRICT;
  CREATE INDEX delivery_log_by_endpoint ON delivery_log (endpoint, id);
  `,
  `
  -- Tasks that a geocoder has still to be asked about (operations/geocoding.ts).
  CREATE INDEX tasks_unlocated ON tasks (id) WHERE ${UNLOCATED_SQL};
  `,
  `
  -- What was told of a task (store/deliveries.ts).
  CREATE INDEX delivery_log_by_event ON delivery_log (event_id);
  `,
  `
  -- Who did what over HTTP and the command line (store/audit.ts). Nothing changes an entry; time takes it out.
  CREATE TABLE audit (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms  INTEGER NOT NULL,
    key_name TEXT,
    address  TEXT,
    action   TEXT NOT NULL,
    subject  TEXT NOT NULL,
    before   TEXT,                       -- JSON
    after    TEXT                        -- JSON
  ) STRICT;
  CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'audit entries do not change'); END;
  `,
];
