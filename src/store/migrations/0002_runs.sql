-- Runs that belong together, that send an earlier press again, that say they are a test, whose job is followed.
ALTER TABLE activity ADD COLUMN run_group TEXT;
ALTER TABLE activity ADD COLUMN resend_of TEXT;
ALTER TABLE activity ADD COLUMN test BIGINT NOT NULL DEFAULT 0;
ALTER TABLE activity ADD COLUMN following BIGINT NOT NULL DEFAULT 0;
CREATE INDEX activity_group ON activity (run_group) WHERE run_group IS NOT NULL;

-- What a press was asked and filled from, beside the request.
ALTER TABLE run_detail ADD COLUMN inputs TEXT NOT NULL DEFAULT '{}';
ALTER TABLE run_detail ADD COLUMN payload TEXT;
ALTER TABLE run_detail ADD COLUMN masked BIGINT NOT NULL DEFAULT 0;

CREATE INDEX guard_run ON guard (run_id);

-- Jobs that are followed: a row is there from before the first poll until the run's end, no longer.
CREATE TABLE job (
    of_run TEXT PRIMARY KEY NOT NULL,
    url TEXT NOT NULL,
    document TEXT NOT NULL
);

-- What the answers of runs added to incidents. A run adds once.
CREATE TABLE enrichment (
    id AUTO_KEY,
    incident TEXT NOT NULL,
    run_id TEXT NOT NULL,
    action TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    added TEXT NOT NULL
);
CREATE UNIQUE INDEX enrichment_run ON enrichment (run_id);
CREATE INDEX enrichment_incident ON enrichment (incident, id);

-- What a button says beside its name, written with each run's end: the log is too long to be read for it.
CREATE TABLE button (
    action_id TEXT PRIMARY KEY NOT NULL,
    line BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    operator TEXT NOT NULL,
    median_ms BIGINT
);

-- The durations of an action's last 20 runs that ended after a request.
CREATE TABLE button_duration (
    line SEQ_KEY,
    action_id TEXT NOT NULL,
    duration_ms BIGINT NOT NULL
);
CREATE INDEX button_duration_action ON button_duration (action_id, line);

-- The same, of the runs that had ended before there was such a table.
INSERT INTO button_duration (line, action_id, duration_ms)
SELECT seq, action_id, duration_ms FROM (
    SELECT seq, action_id, duration_ms, row_number() OVER (PARTITION BY action_id ORDER BY seq DESC) AS back
    FROM activity
    WHERE kind = 'run' AND state = 'done' AND outcome IN ('succeeded', 'failed', 'unknown')
        AND coalesce(failure, '') NOT IN ('dns', 'connect', 'tls') AND attempts > 0 AND duration_ms IS NOT NULL
) AS ended WHERE back <= 20;

INSERT INTO button (action_id, line, outcome, at_ms, operator)
SELECT action_id, seq, outcome, started_at_ms, coalesce(operator, '{}') FROM activity WHERE seq IN (
    SELECT max(seq) FROM activity WHERE kind = 'run' AND state = 'done' AND outcome <> 'refused' GROUP BY action_id
);

UPDATE button SET median_ms = (
    SELECT duration_ms FROM (
        SELECT action_id, duration_ms, count(*) OVER (PARTITION BY action_id) AS together,
            row_number() OVER (PARTITION BY action_id ORDER BY duration_ms) AS place
        FROM button_duration
    ) AS sorted WHERE sorted.action_id = button.action_id AND place = together / 2 + 1
);
