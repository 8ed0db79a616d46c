-- A store of version 1, as kreislauf 0.1.0 made it from deploy/sample (61111-0021), written with `.dump`: what an
-- upgrade starts from. Content hash 06429dca6a1a9f81c90002d609376c7ea4cd74316e9d96e847f4b5cebbb64657.
-- Its mapping was cut to one line.
PRAGMA foreign_keys=OFF;
PRAGMA page_size=8192;
PRAGMA journal_mode=WAL;
BEGIN TRANSACTION;
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
INSERT INTO dataset VALUES(1,'GENESIS_61111-0021','genesis','61111-0021','Index der Nettokaltmieten: Bundesländer, Monate','61111','dl-de/by-2-0','Statistisches Bundesamt (Destatis), GENESIS-Online','M',replace('MEASURE\nUNIT\n','\n',char(10)));
CREATE TABLE area (
    no    INTEGER PRIMARY KEY,             -- level << 24 | ordinal by first appearance
    list  TEXT NOT NULL,
    level TEXT NOT NULL,
    code  TEXT NOT NULL,
    UNIQUE (code, level, list)             -- the code first: figure ids hold it
);
INSERT INTO area VALUES(16777216,'AGS','1','01');
INSERT INTO area VALUES(16777217,'AGS','1','03');
INSERT INTO area VALUES(16777218,'AGS','1','16');
CREATE TABLE indicator (
    no      INTEGER PRIMARY KEY,
    dataset INTEGER NOT NULL REFERENCES dataset,
    key     TEXT NOT NULL,                 -- "MEASURE=BEVSTD,UNIT=PS,SEX=F"
    UNIQUE (dataset, key)
);
INSERT INTO indicator VALUES(0,1,'MEASURE=PRE034,UNIT=IX_2020');
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
INSERT INTO state VALUES(1,'PENDING','O','F','NONE','...','','');
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
INSERT INTO document VALUES(1,'2908cdc484ecc14f567b49762ca3c6353df9d85326d98a8c6e87d9483fe7405d',12748,'file','61111-0021.csv','',replace('name=61111-0021\n','\n',char(10)),'',0,1772344800);
CREATE TABLE mapping (
    sha256 TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO mapping VALUES('6fb12ca663bee868d3c702118060cffe889e1af02bf861ea31e20f92659d452e','# mapping of the store of version 1');
CREATE TABLE vintage (
    dataset        INTEGER NOT NULL REFERENCES dataset,
    no             INTEGER NOT NULL,       -- from 1 per dataset, without gaps
    kind           INTEGER NOT NULL,       -- 0 content, 1 withdrawn
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
INSERT INTO vintage VALUES(1,1,0,1772344800,NULL,1,'6fb12ca663bee868d3c702118060cffe889e1af02bf861ea31e20f92659d452e',72,0,0,0,72,0,'');
CREATE TABLE label (
    dataset INTEGER NOT NULL REFERENCES dataset,
    no      INTEGER NOT NULL,              -- from 1 per dataset, without gaps; a later row wins
    vintage INTEGER NOT NULL,              -- last vintage when the labels came
    text    TEXT NOT NULL,                 -- dimension=code=label, one per line (gateway/store/labels.hpp)
    PRIMARY KEY (dataset, no)
) WITHOUT ROWID;
INSERT INTO label VALUES(1,1,1,replace('AREA=01=Schleswig-Holstein\nAREA=03=Niedersachsen\nAREA=16=Thüringen\nMEASURE=PRE034=Index der Nettokaltmieten\nUNIT=IX_2020=2020%3D100\n','\n',char(10)));
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
INSERT INTO attempt VALUES(1,1772344800,'file','61111-0021','loaded','',1);
CREATE TABLE position (
    source TEXT NOT NULL,
    item   TEXT NOT NULL,
    text   TEXT NOT NULL,
    PRIMARY KEY (source, item)
) WITHOUT ROWID;
INSERT INTO position VALUES('genesis','61111-0021','{"document":"2908cdc484ecc14f567b49762ca3c6353df9d85326d98a8c6e87d9483fe7405d","mapping":"6fb12ca663bee868d3c702118060cffe889e1af02bf861ea31e20f92659d452e","newest_period":"2025-12","pending_job":"","levels":["land"],"dataset":"GENESIS_61111-0021","reading":"any","bytes":12748,"rows":72,"series":3,"figures":72,"set_aside":0,"repeated":0}');
CREATE TABLE by_indicator (
    key    INTEGER PRIMARY KEY,
    series BLOB NOT NULL
);
INSERT INTO by_indicator VALUES(262144,X'c42c65c601070000000000000046464601180504c0fb020161ba1000020404021408040202020604040200000000000000000008101f001f001f001f001f001f001f001f08100100010001000100010001000100010101180504c0fb020161b210000202001204000a0400020804040400000000000000000008101f001f001f001f001f001f001f001f08100100010001000100010001000100010101180504c0fb020161921000080200020000000010020002000200000000000000000008101f001f001f001f001f001f001f001f0810010001000100010001000100010001010000000000000000');
CREATE TABLE by_area (
    key    INTEGER PRIMARY KEY,
    series BLOB NOT NULL
);
INSERT INTO by_area VALUES(1125899906842624,X'ec908e9a0101000000000000004601180504c0fb020161ba1000020404021408040202020604040200000000000000000008101f001f001f001f001f001f001f001f0810010001000100010001000100010001010000000000000000');
INSERT INTO by_area VALUES(1125899973951488,X'7ca2bed80101000000000000004601180504c0fb020161b210000202001204000a0400020804040400000000000000000008101f001f001f001f001f001f001f001f0810010001000100010001000100010001010000000000000000');
INSERT INTO by_area VALUES(1125900041060352,X'0a61b32c0101000000000000004601180504c0fb020161921000080200020000000010020002000200000000000000000008101f001f001f001f001f001f001f001f0810010001000100010001000100010001010000000000000000');
CREATE TABLE history (
    no      INTEGER PRIMARY KEY,
    key     INTEGER NOT NULL,
    vintage INTEGER NOT NULL,
    series  BLOB NOT NULL,
    UNIQUE (key, vintage)
);
CREATE INDEX document_sha256 ON document (sha256);
PRAGMA application_id=1263682889;
PRAGMA user_version=1;
COMMIT;
