-- The hub's own tables, in the schema "counterfoil". Identifiers are texts of 32 hexadecimal digits.
-- Money inside jsonb is always a string. Instants are UTC.

-- How one external system is reached in one environment; bound to one company.
-- secrets: sealed by security/secrets.py (AES-256-GCM); the key lies outside this database.
CREATE TABLE connection (
    id          text PRIMARY KEY,
    environment text NOT NULL CHECK (environment IN ('dev', 'qa', 'production')),
    name        text NOT NULL,
    kind        text NOT NULL,
    company     text NOT NULL,
    mode        text NOT NULL CHECK (mode IN ('test', 'live')),
    enabled     boolean NOT NULL DEFAULT false,
    settings    jsonb NOT NULL DEFAULT '{}',
    secrets     text,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    UNIQUE (environment, name)
);

-- An unconfirmed push from outside.
--   waiting   -> confirmed   the source's own record was read and became an event
--   waiting   -> refused     the source does not know it, or it was forged
--   waiting   -> waiting     the source did not answer; again at due_at
-- subject: what the push names (a transaction); at most one waiting hint per subject, however often it is pushed.
-- pushes: counts them, so that one that comes while the hint is being confirmed is not lost.
CREATE TABLE hint (
    id          text PRIMARY KEY,
    connection  text NOT NULL REFERENCES connection (id),
    source      text NOT NULL,
    subject     text NOT NULL,
    body        jsonb NOT NULL,
    redacted    boolean NOT NULL DEFAULT false,
    status      text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'confirmed', 'refused')),
    attempts    integer NOT NULL DEFAULT 0,
    pushes      integer NOT NULL DEFAULT 1,
    due_at      timestamptz NOT NULL,
    event       text,
    error       text,
    received_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX hint_waiting_subject ON hint (connection, subject) WHERE status = 'waiting';
CREATE INDEX hint_due ON hint (due_at) WHERE status = 'waiting';

-- Events: what happened, confirmed and stored once. Rows never change.
-- event_key: the same from every source that tells of it (push, relay, poll, own answer).
-- redacted: something of the source's record was dropped before it was stored.
CREATE TABLE inbox (
    id          text PRIMARY KEY,
    seq         bigint GENERATED ALWAYS AS IDENTITY,
    connection  text NOT NULL REFERENCES connection (id),
    event_key   text NOT NULL,
    source      text NOT NULL,
    kind        text NOT NULL,
    order_key   text NOT NULL,
    body        jsonb NOT NULL,
    redacted    boolean NOT NULL DEFAULT false,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    UNIQUE (connection, event_key)
);
CREATE INDEX inbox_seq ON inbox (seq);
CREATE INDEX inbox_order_key ON inbox (order_key);

-- A flow's text under the hash of its content; immutable.
CREATE TABLE flow_version (
    hash       text PRIMARY KEY,
    name       text NOT NULL,
    body       text NOT NULL,
    created_at timestamptz NOT NULL
);

-- Which version of a flow is live in an environment, and the kinds of event that start it ("payment.*").
CREATE TABLE deployment (
    environment text NOT NULL CHECK (environment IN ('dev', 'qa', 'production')),
    flow        text NOT NULL,
    hash        text NOT NULL REFERENCES flow_version (hash),
    trigger     text NOT NULL,
    deployed_at timestamptz NOT NULL,
    PRIMARY KEY (environment, flow)
);

-- One flow version working on one event.
--   waiting   has a job, or gets one from the sweep at due_at
--   running   a worker carries it (an attempt is counted when it starts)
--   parked    waits: until due_at, or behind an unfinished older run of its order key, or for a person
--   done      closed: what the event asked for stands, or nothing had to be done
--   held      closed: money or a status that a person must look at; a review task is open
--   dead      dead letter: stopped for good until a person acts; younger runs of its order key wait
--   dropped   closed by a person
-- waiting -> running -> waiting | parked | done | held | dead;  parked -> waiting;  dead -> waiting | dropped
-- held -> parked where a person said whose books a payment concerns; until then its company is empty
-- attempts: tries ever started. strikes: tries started since one last ended in order; too many make it dead.
CREATE TABLE run (
    id           text PRIMARY KEY,
    seq          bigint GENERATED ALWAYS AS IDENTITY,
    event        text NOT NULL REFERENCES inbox (id),
    flow         text NOT NULL,
    flow_version text NOT NULL REFERENCES flow_version (hash),
    environment  text NOT NULL,
    connection   text NOT NULL,
    company      text NOT NULL,
    order_key    text NOT NULL,
    status       text NOT NULL DEFAULT 'waiting'
                 CHECK (status IN ('waiting', 'running', 'parked', 'done', 'held', 'dead', 'dropped')),
    attempts     integer NOT NULL DEFAULT 0,
    strikes      integer NOT NULL DEFAULT 0,
    due_at       timestamptz,
    why          text,
    behind       text,
    result       jsonb,
    worker       text,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    UNIQUE (event, flow)
);
CREATE INDEX run_seq ON run (seq);
CREATE INDEX run_unfinished_order_key ON run (order_key, seq)
    WHERE status IN ('waiting', 'running', 'parked', 'dead');
CREATE INDEX run_due ON run (due_at) WHERE status IN ('waiting', 'parked');
CREATE INDEX run_running ON run (worker) WHERE status = 'running';
CREATE INDEX run_behind ON run (behind) WHERE behind IS NOT NULL;

-- One node's execution in a run. The intent is committed before a side effect, the result after it; a node that
-- only read has no intent. The first result stands and a repeat reads it.
CREATE TABLE run_step (
    run         text NOT NULL REFERENCES run (id),
    node        text NOT NULL,
    attempt     integer NOT NULL,
    intent      jsonb,
    intent_at   timestamptz,
    result      jsonb,
    finished_at timestamptz,
    PRIMARY KEY (run, node)
);

-- One write to the outside world; it happens once.
--   sending -> done | failed    the other side's answer is known
--   sending -> unknown          the answer was lost: ask, never repeat
--   unknown -> done | failed    somebody asked
--   failed  -> sending          a new try after a certain failure
CREATE TABLE effect (
    key        text PRIMARY KEY,
    kind       text NOT NULL,
    state      text NOT NULL CHECK (state IN ('sending', 'done', 'unknown', 'failed')),
    digest     text NOT NULL,
    run        text REFERENCES run (id),
    result     jsonb,
    intent_at  timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX effect_open ON effect (updated_at) WHERE state IN ('sending', 'unknown');

-- A decision only a person may take: open -> answered.
CREATE TABLE review_task (
    id          text PRIMARY KEY,
    run         text NOT NULL REFERENCES run (id),
    kind        text NOT NULL,
    title       text NOT NULL,
    why         text NOT NULL,
    details     jsonb NOT NULL DEFAULT '{}',
    status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered')),
    answer      jsonb,
    opened_at   timestamptz NOT NULL,
    answered_at timestamptz,
    answered_by text
);
CREATE INDEX review_task_open ON review_task (opened_at) WHERE status = 'open';
CREATE INDEX review_task_run ON review_task (run);

-- How far a poll has read.
CREATE TABLE cursor (
    connection text NOT NULL REFERENCES connection (id),
    name       text NOT NULL,
    value      text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (connection, name)
);

-- What an outside identifier means in the ERP, such as a vault customer's customer number.
CREATE TABLE cross_reference (
    connection text NOT NULL REFERENCES connection (id),
    kind       text NOT NULL,
    external   text NOT NULL,
    internal   text NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (connection, kind, external)
);

-- Worker processes. host names the machine, its boot and its process space, so that "the process is gone" is
-- only ever said by somebody who could see it; engine_worker is the engine's own number of it.
CREATE TABLE worker (
    id              text PRIMARY KEY,
    engine_worker   bigint NOT NULL,
    host            text NOT NULL,
    pid             integer NOT NULL,
    process_started text NOT NULL,
    started_at      timestamptz NOT NULL,
    heartbeat_at    timestamptz NOT NULL
);
