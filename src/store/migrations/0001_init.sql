-- One schema for every engine. BIGINT and TEXT only: the `any` driver reads nothing else reliably.
-- AUTO_KEY and SEQ_KEY are replaced in engine.rs, the only two words in which the engines differ.

-- Small facts of the store itself: the layout's version and a change counter where the engine has none of its own.
CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
INSERT INTO meta (name, value) VALUES ('changes', 0);

-- Actions. The document is JSON, so that a later version's keys survive an edit by this one.
CREATE TABLE action (
    id TEXT PRIMARY KEY NOT NULL,
    revision BIGINT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL
);

-- A button's place. Both keys are rules: one button per slot, one name per channel.
CREATE TABLE action_slot (
    channel TEXT NOT NULL,
    slot BIGINT NOT NULL,
    action_id TEXT NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    PRIMARY KEY (channel, slot),
    UNIQUE (channel, name)
);
CREATE INDEX action_slot_action ON action_slot (action_id);

-- The log. For a run every column is set, for other kinds those that mean something.
CREATE TABLE activity (
    seq AUTO_KEY,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    run_id TEXT,
    event_id TEXT,
    action TEXT,
    action_id TEXT,
    source TEXT,
    incident_id TEXT,
    incident_num TEXT,
    num_key TEXT,
    incident_title TEXT,
    operator TEXT,
    process TEXT,
    state TEXT,
    outcome TEXT,
    failure TEXT,
    status BIGINT,
    attempts BIGINT,
    started_at_ms BIGINT,
    duration_ms BIGINT,
    message TEXT NOT NULL
);
CREATE UNIQUE INDEX activity_run ON activity (run_id) WHERE kind = 'run';
CREATE INDEX activity_correction ON activity (run_id) WHERE kind = 'correction';
-- The rule "one unended run for an action and an incident".
CREATE UNIQUE INDEX activity_unended ON activity (action_id, source, incident_id)
    WHERE kind = 'run' AND state <> 'done';
CREATE INDEX activity_incident ON activity (incident_id);
CREATE INDEX activity_num ON activity (num_key);
CREATE INDEX activity_at ON activity (at_ms, seq);

-- The lower-case text that the log's filter searches: narrow, so that a million rows are read quickly.
CREATE TABLE activity_search (
    line SEQ_KEY,
    text TEXT NOT NULL
);

-- What only the detail of a run shows. The request is written ahead and never changed.
CREATE TABLE run_detail (
    run_id TEXT PRIMARY KEY NOT NULL,
    request TEXT NOT NULL,
    attempts TEXT NOT NULL,
    answer TEXT NOT NULL
);

-- The last run of an action on an incident: what a press must win before it may begin.
CREATE TABLE guard (
    action_id TEXT NOT NULL,
    incident TEXT NOT NULL,
    run_id TEXT NOT NULL,
    ended_at_ms BIGINT,
    PRIMARY KEY (action_id, incident)
);

-- The last known incidents. severity: 0 Critical, 1 Warning, 2 Info. progress: 0 Triggered, 1 Processing, 2 Closed.
CREATE TABLE incident (
    key TEXT PRIMARY KEY NOT NULL,
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    channel TEXT NOT NULL,
    num TEXT NOT NULL,
    num_key TEXT NOT NULL,
    title TEXT NOT NULL,
    severity BIGINT NOT NULL,
    progress BIGINT NOT NULL,
    start_time BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX incident_open ON incident (severity, start_time DESC, key) WHERE progress < 2;
CREATE INDEX incident_open_of_source ON incident (source) WHERE progress < 2;
CREATE INDEX incident_id ON incident (id);
CREATE INDEX incident_num ON incident (num_key);

CREATE TABLE channel (
    key TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL
);

CREATE TABLE source (
    name TEXT PRIMARY KEY NOT NULL,
    answered_at_s BIGINT NOT NULL
);
