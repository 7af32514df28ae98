-- Saved payment methods: what the gateway's vault keeps, by its token, with the payer's consent. No column holds a
-- card's or an account's number, a code, or the one-time token by which the card came.
--   asked -> saved    the payer typed the card into the gateway's own fields and agreed
--   asked -> ended    nobody did in time, or it was taken back
--   saved -> ended    withdrawn, replaced or deleted
-- ticket_digest: digest of the address under which the payer is asked; good until ticket_until, once.
CREATE TABLE payment_method (
    id                text PRIMARY KEY,
    connection        text NOT NULL REFERENCES connection (id),
    customer          text NOT NULL,
    label             text NOT NULL,
    status            text NOT NULL DEFAULT 'asked' CHECK (status IN ('asked', 'saved', 'ended')),
    asked_by          text NOT NULL,
    ticket_digest     text NOT NULL UNIQUE,
    ticket_until      timestamptz NOT NULL,
    consent_text      text NOT NULL CHECK (consent_text <> ''),
    consent_scope     text NOT NULL CHECK (consent_scope IN ('one_invoice', 'open_invoices')),
    consent_invoice   text NOT NULL DEFAULT '',
    consent_amount    text NOT NULL DEFAULT '',
    consent_currency  text NOT NULL DEFAULT '',
    consent_until     date,
    consented_by      text NOT NULL DEFAULT '',
    consented_at      timestamptz,
    reference         text NOT NULL DEFAULT '',
    tender            text NOT NULL DEFAULT 'card',
    last_four         text NOT NULL DEFAULT '' CHECK (last_four ~ '^[0-9]{0,4}$'),
    brand             text NOT NULL DEFAULT '',
    expires           text NOT NULL DEFAULT '',
    ended_by          text NOT NULL DEFAULT '',
    created_at        timestamptz NOT NULL,
    UNIQUE (connection, label),
    CHECK (consent_scope <> 'one_invoice' OR consent_invoice <> ''),
    CHECK (status <> 'saved' OR (consented_by <> '' AND consented_at IS NOT NULL AND reference <> ''))
);
CREATE INDEX payment_method_reference ON payment_method (connection, reference) WHERE status = 'saved';
