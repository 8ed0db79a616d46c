-- The embedded store, version 3 (PRAGMA user_version). docs/adr/0003-packed-series.md explains the shape.
--
-- Numbers in by_indicator, by_area and history: indicator.no and area.no. Keys of rows with series:
--   by_indicator.key = indicator << 26 | area >> 6        by_area.key = area << 26 | indicator >> 6
-- The blobs are chunks of packed series (gateway/store/chunk.hpp, gateway/store/packed.hpp).

CREATE TABLE dataset (
    no          INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE,
    source      TEXT NOT NULL,
    table_code  TEXT NOT NULL,
    title       TEXT NOT NULL,
    statistic   TEXT NOT NULL,
    licence     TEXT NOT NULL,
    attribution TEXT NOT NULL,
    frequency   TEXT NOT NULL,
    dimensions  TEXT NOT NULL              -- concept ids, one per line
);

CREATE TABLE area (
    no    INTEGER PRIMARY KEY,             -- level << 24 | ordinal by first appearance
    list  TEXT NOT NULL,
    level TEXT NOT NULL,
    code  TEXT NOT NULL,
    UNIQUE (code, level, list)             -- the code first: figure ids hold it
);

CREATE TABLE indicator (
    no      INTEGER PRIMARY KEY,
    dataset INTEGER NOT NULL REFERENCES dataset,
    key     TEXT NOT NULL,                 -- "MEASURE=BEVSTD,UNIT=PS,SEX=F"
    UNIQUE (dataset, key)
);

CREATE TABLE state (
    no              INTEGER PRIMARY KEY,   -- from 1; 0 = a number of normal quality
    reason          TEXT NOT NULL,         -- why there is no number; empty where there is one
    obs_status      TEXT NOT NULL,
    conf_status     TEXT NOT NULL,
    protection      TEXT NOT NULL,
    sign            TEXT NOT NULL,
    below           TEXT NOT NULL,         -- bounds, empty where there are none
    above           TEXT NOT NULL
);

CREATE TABLE document (
    no          INTEGER PRIMARY KEY,
    sha256      TEXT NOT NULL,             -- name in the raw archive
    bytes       INTEGER NOT NULL,
    source      TEXT NOT NULL,
    origin      TEXT NOT NULL,
    endpoint    TEXT NOT NULL,
    request     TEXT NOT NULL,             -- name=value, one per line
    headers     TEXT NOT NULL,
    http_status INTEGER NOT NULL,
    received    INTEGER NOT NULL           -- seconds since 1970 UTC, like all times here
);
-- The same bytes come often: "the job is still at work". Stores made before December 2026 have the hash alone here.
CREATE INDEX document_sha256 ON document (sha256, received);

CREATE TABLE mapping (
    sha256 TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE vintage (
    dataset        INTEGER NOT NULL REFERENCES dataset,
    no             INTEGER NOT NULL,       -- from 1 per dataset, without gaps
    kind           INTEGER NOT NULL,       -- 0 content, 1 withdrawn, 2 recalled
    received       INTEGER NOT NULL,
    published      INTEGER,
    document       INTEGER NOT NULL,
    mapping        TEXT NOT NULL,
    added          INTEGER NOT NULL,
    revised        INTEGER NOT NULL,
    deleted        INTEGER NOT NULL,
    unchanged      INTEGER NOT NULL,
    rows           INTEGER NOT NULL,
    rows_set_aside INTEGER NOT NULL,
    note           TEXT NOT NULL,
    PRIMARY KEY (dataset, no)
) WITHOUT ROWID;

-- What codes are called. A row holds the labels that one load brought or changed.
CREATE TABLE label (
    dataset INTEGER NOT NULL REFERENCES dataset,
    no      INTEGER NOT NULL,              -- from 1 per dataset, without gaps; a later row wins
    vintage INTEGER NOT NULL,              -- last vintage when the labels came
    text    TEXT NOT NULL,                 -- dimension=code=label, one per line (gateway/store/labels.hpp)
    PRIMARY KEY (dataset, no)
) WITHOUT ROWID;

CREATE TABLE issue (
    dataset   INTEGER NOT NULL REFERENCES dataset,
    vintage   INTEGER NOT NULL,
    no        INTEGER NOT NULL,
    code      TEXT NOT NULL,
    severity  INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    field     INTEGER NOT NULL,
    text      TEXT NOT NULL,
    next_step TEXT NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (dataset, vintage, no)
) WITHOUT ROWID;

CREATE TABLE attempt (
    no       INTEGER PRIMARY KEY,
    time     INTEGER NOT NULL,
    source   TEXT NOT NULL,
    item     TEXT NOT NULL,
    outcome  TEXT NOT NULL,
    text     TEXT NOT NULL,
    document INTEGER NOT NULL
);

CREATE TABLE position (
    source TEXT NOT NULL,
    item   TEXT NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (source, item)
) WITHOUT ROWID;

CREATE TABLE by_indicator (
    key    INTEGER PRIMARY KEY,
    series BLOB NOT NULL
);

CREATE TABLE by_area (
    key    INTEGER PRIMARY KEY,
    series BLOB NOT NULL
);

-- What a vintage superseded or deleted, per row of by_indicator; each observation with the vintage that had
-- brought it.
CREATE TABLE history (
    no      INTEGER PRIMARY KEY,
    key     INTEGER NOT NULL,
    vintage INTEGER NOT NULL,
    series  BLOB NOT NULL,
    UNIQUE (key, vintage)
);

-- Since version 2.

-- What vintages of kind 2 took back.
CREATE TABLE recall (
    dataset  INTEGER NOT NULL REFERENCES dataset,
    recalled INTEGER NOT NULL,             -- the vintage that was taken back; once at most
    vintage  INTEGER NOT NULL,             -- the vintage that did it
    sealed   INTEGER NOT NULL,             -- 1: what was taken back is shown under no date
    reason   TEXT NOT NULL,
    PRIMARY KEY (dataset, recalled)
) WITHOUT ROWID;

-- What changed, in one order: docs/adr/0019-change-log.md. The entries of a row are numbered from `first` on, and the
-- next row goes on where they end.
CREATE TABLE change (
    first   INTEGER PRIMARY KEY,           -- from 1
    count   INTEGER NOT NULL,
    kind    INTEGER NOT NULL,              -- gateway/store/change_log.hpp
    dataset INTEGER NOT NULL,              -- 0 = no single one
    vintage INTEGER NOT NULL,              -- 0 = none
    time    INTEGER NOT NULL,
    note    TEXT NOT NULL,
    series  BLOB NOT NULL                  -- which series of the vintage; empty for entries without
);
CREATE INDEX change_dataset ON change (dataset, first);

-- Since version 3.

-- Where in the log an area is: 64 neighbouring areas in a block of kind data. Who asks for a county skips with it
-- what holds nothing of the county.
CREATE TABLE change_area (
    areas   INTEGER NOT NULL,              -- area.no >> 6
    first   INTEGER NOT NULL,              -- change.first
    dataset INTEGER NOT NULL,
    mask    INTEGER NOT NULL,              -- which of the 64 have an entry in the block
    PRIMARY KEY (areas, first)
) WITHOUT ROWID;
CREATE INDEX change_event ON change (first) WHERE kind <> 0;
