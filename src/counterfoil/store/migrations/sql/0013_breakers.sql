-- Whether a connection's system may be called now; all workers share the row. Every instant is the database's.
--   closed  -> open      calls failed in a row, or a person opened it
--   open    -> probing   at next_at one call goes through and finds out; without next_at, a person closes it
--   probing -> closed    it was answered
--   probing -> open      it failed; the next one waits twice as long
-- quiet_until: the other side asked for no calls before. per_minute, burst: the limit of calls, none where null;
-- spent_until: the calls made so far use up the limit until then.
CREATE TABLE breaker (
    connection  text PRIMARY KEY REFERENCES connection (id),
    state       text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'probing')),
    since       timestamptz,
    failures    integer NOT NULL DEFAULT 0,
    why         text NOT NULL DEFAULT '',
    next_at     timestamptz,
    quiet_until timestamptz,
    per_minute  integer CHECK (per_minute > 0),
    burst       integer CHECK (burst > 0),
    spent_until timestamptz,
    CHECK ((per_minute IS NULL) = (burst IS NULL))
);

-- Openings, closings and what people did, with who and why; only ever added to.
CREATE TABLE breaker_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    connection text NOT NULL REFERENCES connection (id),
    at         timestamptz NOT NULL,
    state      text NOT NULL,
    why        text NOT NULL,
    by         text NOT NULL
);
CREATE INDEX breaker_log_connection ON breaker_log (connection, id);

-- awaits: the connection that rests; the parked run goes on when it no longer does.
ALTER TABLE run ADD COLUMN awaits text;
CREATE INDEX run_awaits ON run (awaits, seq) WHERE awaits IS NOT NULL AND status = 'parked';
