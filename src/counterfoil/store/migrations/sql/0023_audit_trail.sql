-- The seals of the audit trail, in the order in which lines were sealed: no line stands here, only which and its seal.
CREATE TABLE audit_seal (
    place bigint PRIMARY KEY,
    source text NOT NULL,
    entry bigint NOT NULL,
    seal text NOT NULL,
    sealed_at timestamptz NOT NULL,
    UNIQUE (source, entry)
);

-- Breaks of the chain that a person looked into: accepted as they stand, and no other way. Only added to.
CREATE TABLE audit_accepted (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    place bigint NOT NULL,
    fingerprint text NOT NULL,
    words text NOT NULL,
    done_by text NOT NULL,
    why text NOT NULL,
    done_at timestamptz NOT NULL
);

-- What the last look at the whole chain found: one row.
CREATE TABLE audit_check (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    checked_at timestamptz NOT NULL,
    places bigint NOT NULL,
    breaks bigint NOT NULL,
    words text NOT NULL
);
