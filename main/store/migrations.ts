/**
 * The shape of `project.sqlite`, version by version. Migration n (counted from 1) takes a file from `user_version`
 * n − 1 to n. One that has been released is never edited: a change is a new entry at the end.
 */

/** Marks the file as ours in its header: 'PTXT' read as a big-endian integer. */
export const applicationId = 0x50545854;

const first = `
CREATE TABLE project (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL, sample INTEGER NOT NULL, note TEXT NOT NULL, created_at REAL NOT NULL
) STRICT;

-- A data set is written in pieces while it is imported; it is seen once its state is 'ready'.
CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('importing', 'ready')),
  owner_pid INTEGER, owner_started TEXT,
  name TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 0,
  modality TEXT NOT NULL DEFAULT '', format TEXT NOT NULL DEFAULT '', sources TEXT NOT NULL DEFAULT '[]',
  count INTEGER NOT NULL DEFAULT 0, image TEXT NOT NULL DEFAULT '{}', classes TEXT NOT NULL DEFAULT '[]',
  split_counts TEXT NOT NULL DEFAULT '{}', problem_count INTEGER NOT NULL DEFAULT 0,
  hash TEXT NOT NULL DEFAULT '', blobs TEXT NOT NULL DEFAULT '{}', bytes INTEGER NOT NULL DEFAULT 0,
  created_at REAL NOT NULL, archived INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX dataset_versions ON datasets (name, version) WHERE state = 'ready';

CREATE TABLE items (
  dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  position INTEGER NOT NULL, name TEXT NOT NULL, label INTEGER NOT NULL, split TEXT NOT NULL,
  PRIMARY KEY (dataset, position)
) STRICT, WITHOUT ROWID;
-- For counting; each ends with the primary key by itself, so it also gives items in order of position.
CREATE INDEX items_by_label ON items (dataset, label);
CREATE INDEX items_by_split ON items (dataset, split);

CREATE TABLE problems (
  id INTEGER PRIMARY KEY,
  dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  file TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, item INTEGER
) STRICT;
CREATE INDEX problems_by_item ON problems (dataset, item);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL, recipe TEXT NOT NULL, preset TEXT NOT NULL, config TEXT NOT NULL,
  dataset TEXT NOT NULL REFERENCES datasets (id),
  dataset_name TEXT NOT NULL, dataset_version INTEGER NOT NULL, dataset_hash TEXT NOT NULL,
  seed INTEGER NOT NULL, device_choice TEXT NOT NULL, device TEXT,
  parent TEXT REFERENCES runs (id),
  status TEXT NOT NULL, step INTEGER NOT NULL, steps INTEGER NOT NULL,
  batch_size INTEGER NOT NULL, train_count INTEGER NOT NULL, parameters INTEGER NOT NULL,
  seconds REAL NOT NULL, items_per_second REAL NOT NULL, spark TEXT NOT NULL,
  error TEXT, note TEXT NOT NULL, tags TEXT NOT NULL, pinned INTEGER NOT NULL, archived INTEGER NOT NULL,
  created_at REAL NOT NULL, started_at REAL, ended_at REAL, environment TEXT NOT NULL,
  minutes REAL, owner_pid INTEGER, owner_started TEXT, requested TEXT, updated_at REAL NOT NULL
) STRICT;
CREATE INDEX runs_by_time ON runs (created_at);

-- One metric of one run, with its newest and best value; a value that is not a number is stored as NULL.
CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL, last REAL, best REAL, step INTEGER NOT NULL,
  UNIQUE (run, name)
) STRICT;
CREATE TABLE points (
  series INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
  step INTEGER NOT NULL, value REAL,
  PRIMARY KEY (series, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  time REAL NOT NULL, step INTEGER NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL, mark INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_run ON events (run);

-- Pixels of all rows one after the other; \`rows\` says how they are cut.
CREATE TABLE previews (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL, rows TEXT NOT NULL, pixels BLOB NOT NULL,
  PRIMARY KEY (run, step)
) STRICT;

CREATE TABLE checkpoints (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  step INTEGER NOT NULL, hash TEXT NOT NULL, bytes INTEGER NOT NULL, kept TEXT NOT NULL, created_at REAL NOT NULL,
  PRIMARY KEY (run, step)
) STRICT;

CREATE TABLE evaluations (
  id TEXT PRIMARY KEY,
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  evaluation TEXT NOT NULL, step INTEGER NOT NULL, dataset TEXT NOT NULL REFERENCES datasets (id),
  split TEXT NOT NULL, n INTEGER NOT NULL, figures TEXT NOT NULL, tables TEXT NOT NULL,
  seconds REAL NOT NULL, created_at REAL NOT NULL
) STRICT;
CREATE INDEX evaluations_by_run ON evaluations (run, created_at);
`;

/** Data sets of other kinds than pictures: what only one kind has lies in `facts`. */
const second = `
ALTER TABLE datasets ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';
UPDATE datasets SET facts = json_object('image', json(image));
ALTER TABLE datasets DROP COLUMN image;
`;

/** Names that users give to what a model has learned: a dimension of its codes. */
const third = `
CREATE TABLE dimension_names (
  run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  dimension INTEGER NOT NULL, name TEXT NOT NULL,
  PRIMARY KEY (run, dimension)
) STRICT, WITHOUT ROWID;
`;

export const migrations: readonly string[] = [first, second, third];
export const schemaVersion = migrations.length;
