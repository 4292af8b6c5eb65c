-- What is kept here about incidents because their source has no place for it.
CREATE TABLE local_mark (
    incident TEXT NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    operator TEXT NOT NULL,
    at_s BIGINT NOT NULL,
    PRIMARY KEY (incident, kind)
);
CREATE TABLE local_note (
    id AUTO_KEY,
    incident TEXT NOT NULL,
    operator TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX local_note_incident ON local_note (incident, id);

-- Comments that were begun and left, by incident.
CREATE TABLE draft (
    incident TEXT PRIMARY KEY NOT NULL,
    text TEXT NOT NULL
);

-- The median is made of the durations where it is read.
ALTER TABLE button DROP COLUMN median_ms;
