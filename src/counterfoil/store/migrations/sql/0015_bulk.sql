-- Works in many parts that a person asked for, such as days of a gateway that are read again.
CREATE TABLE bulk_work (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL,
    connection text NOT NULL REFERENCES connection (id),
    arguments  jsonb NOT NULL,
    status     text NOT NULL CHECK (status IN ('going', 'paused', 'cancelled', 'done')),
    parts      integer NOT NULL CHECK (parts > 0),
    reached    integer NOT NULL DEFAULT 0 CHECK (reached BETWEEN 0 AND parts),
    read       integer NOT NULL DEFAULT 0,
    new        integer NOT NULL DEFAULT 0,
    why        text NOT NULL,
    trouble    text NOT NULL DEFAULT '',
    asked_by   text NOT NULL,
    asked_at   timestamptz NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT bulk_work_done CHECK (status <> 'done' OR reached = parts)
);
CREATE INDEX bulk_work_going ON bulk_work (id) WHERE status = 'going';
