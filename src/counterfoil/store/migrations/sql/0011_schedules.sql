-- When nothing was started by a flow's schedule, because a person said so; kept when it was resumed.
CREATE TABLE schedule_pause (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL CHECK (environment IN ('dev', 'qa', 'production')),
    flow        text NOT NULL,
    paused_by   text NOT NULL,
    why         text NOT NULL,
    paused_at   timestamptz NOT NULL,
    resumed_by  text,
    resumed_at  timestamptz,
    CONSTRAINT schedule_pause_resumed CHECK ((resumed_by IS NULL) = (resumed_at IS NULL))
);
CREATE UNIQUE INDEX schedule_pause_open ON schedule_pause (environment, flow) WHERE resumed_at IS NULL;
CREATE INDEX schedule_pause_flow ON schedule_pause (environment, flow, id);

-- The starts of schedules, for the last one and for those under way.
CREATE INDEX inbox_scheduled ON inbox (kind, connection, occurred_at) WHERE kind LIKE 'schedule.%';
