-- Writes at the gateway. The table of 0001 was never written to, and is made anew.
DROP TABLE effect;

-- One wanted write at the gateway; it is carried out at most once.
--   waiting  -> sending            the intent is committed before anything is sent; only its committer sends
--   sending  -> done | failed      the gateway's answer is known
--   sending  -> waiting            for certain nothing was done
--   sending  -> unknown            the answer was lost, or whoever sent it died: ask, never send
--   unknown  -> done | failed | waiting | question     what asking told; waiting: it was never made
--   question -> done | failed | waiting                a person's word, or a later look
--   failed   -> sending            a new decision to try what was refused
-- version: counts the changes of the row; a change names the one that it read, so that none is lost.
-- digest: of what is wanted; the same key with another content is refused.
-- invoice_id: under which a charge stands at the gateway, the same at every try.
-- transaction: what it acts on. carried: the transaction that carried it out.
-- due_at: when the next look or try is due; none: not by itself.
CREATE TABLE effect (
    key         text PRIMARY KEY,
    kind        text NOT NULL
                CHECK (kind IN ('charge', 'capture', 'void', 'refund', 'fund', 'give_back', 'adopted')),
    connection  text NOT NULL REFERENCES connection (id),
    digest      text NOT NULL,
    amount      numeric,
    currency    text,
    invoice_id  text NOT NULL,
    transaction text,
    tender      text NOT NULL,
    payer       text NOT NULL,
    run         text REFERENCES run (id),
    version     integer NOT NULL DEFAULT 1,
    state       text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'sending', 'unknown', 'question', 'done', 'failed')),
    sent        text,
    tries       integer NOT NULL DEFAULT 0,
    sent_at     timestamptz,
    looks       integer NOT NULL DEFAULT 0,
    missed_at   timestamptz,
    due_at      timestamptz,
    carried     text,
    why         text NOT NULL DEFAULT '',
    details     jsonb NOT NULL DEFAULT '{}',
    begun_at    timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    CHECK ((amount IS NULL) = (currency IS NULL))
);
CREATE UNIQUE INDEX effect_charge ON effect (connection, invoice_id) WHERE kind IN ('charge', 'adopted');
CREATE INDEX effect_due ON effect (connection, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX effect_unsettled ON effect (connection, begun_at) WHERE state IN ('sending', 'unknown', 'question');
CREATE INDEX effect_transaction ON effect (connection, transaction) WHERE transaction IS NOT NULL;
CREATE INDEX effect_carried ON effect (connection, carried) WHERE carried IS NOT NULL;

-- Whether anything may be written at the gateway through a connection: only while `opened` names the database
-- as it runs now. A start of the server or a restore makes it another, and what was done before is looked at.
-- seen: the database as it ran when its gap was first looked at. tables: of that, what a mere restart keeps.
CREATE TABLE gateway_gate (
    connection text PRIMARY KEY REFERENCES connection (id),
    seen       text NOT NULL,
    tables     text NOT NULL,
    seen_at    timestamptz NOT NULL,
    gap_from   date NOT NULL,
    restored   boolean NOT NULL,
    opened     text,
    opened_at  timestamptz
);
