-- Why a run does not come on, kept until it is closed or a person lets it go on:
-- problem     what the error asks of the operator
-- cause       the same for the same trouble, whatever payment it struck
-- node        where it happened
-- stopped_at  since when the run stands for this cause
ALTER TABLE run ADD COLUMN problem text CHECK (problem IN ('retry', 'ask', 'configure', 'bug'));
ALTER TABLE run ADD COLUMN cause text;
ALTER TABLE run ADD COLUMN node text;
ALTER TABLE run ADD COLUMN stopped_at timestamptz;
CREATE INDEX run_stopped ON run (cause, seq)
    WHERE status = 'dead' OR (status = 'parked' AND problem = 'configure');

-- Attempts that did not come to the flow's end. Attempts in a row that ended alike are one row.
-- ended: waiting (a short wait), parked or dead
CREATE TABLE run_trouble (
    run           text NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    first_attempt integer NOT NULL,
    last_attempt  integer NOT NULL,
    ended         text NOT NULL CHECK (ended IN ('waiting', 'parked', 'dead')),
    problem       text NOT NULL,
    cause         text NOT NULL,
    node          text NOT NULL,
    why           text NOT NULL,
    first_at      timestamptz NOT NULL,
    last_at       timestamptz NOT NULL,
    PRIMARY KEY (run, first_attempt)
);

-- What people did with runs that had stopped and with review tasks, and what went on by itself; one row each
-- time, never changed afterwards, and kept when the run is gone.
-- done_by: empty where no person did it
CREATE TABLE act_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run         text,
    task        text,
    environment text NOT NULL,
    order_key   text NOT NULL,
    act         text NOT NULL,
    done_by     text NOT NULL,
    why         text NOT NULL,
    cause       text NOT NULL,
    details     jsonb NOT NULL DEFAULT '{}',
    done_at     timestamptz NOT NULL,
    CONSTRAINT act_log_about CHECK (run IS NOT NULL OR task IS NOT NULL)
);
CREATE INDEX act_log_run ON act_log (run, id) WHERE run IS NOT NULL;
CREATE INDEX act_log_task ON act_log (task, id) WHERE task IS NOT NULL;
CREATE TRIGGER act_log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON act_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
