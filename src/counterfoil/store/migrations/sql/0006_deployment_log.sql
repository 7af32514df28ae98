-- Who changed what is live in an environment, one row each time; never changed afterwards.
--   shipped   the program made a flow of its own live, because none of that name was
--   deploy    a person deployed; in production a second one approved
--   rollback  what was live before another entry is live again
CREATE TABLE deployment_log (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL CHECK (environment IN ('dev', 'qa', 'production')),
    kind        text NOT NULL CHECK (kind IN ('shipped', 'deploy', 'rollback')),
    done_by     text NOT NULL,
    approved_by text,
    commit      text NOT NULL,
    message     text NOT NULL,
    reason      text NOT NULL,
    undoes      bigint UNIQUE REFERENCES deployment_log (id),
    done_at     timestamptz NOT NULL,
    CONSTRAINT deployment_log_two_people CHECK (lower(approved_by) <> lower(done_by)),
    CONSTRAINT deployment_log_approved
        CHECK (environment <> 'production' OR kind <> 'deploy' OR approved_by IS NOT NULL),
    CONSTRAINT deployment_log_undoes CHECK ((kind = 'rollback') = (undoes IS NOT NULL))
);
CREATE INDEX deployment_log_environment ON deployment_log (environment, id);

-- The flows that an entry moved, from one version to another; no version: the flow was not live.
CREATE TABLE deployment_change (
    entry     bigint NOT NULL REFERENCES deployment_log (id),
    flow      text NOT NULL,
    from_hash text REFERENCES flow_version (hash),
    to_hash   text REFERENCES flow_version (hash),
    PRIMARY KEY (entry, flow),
    CONSTRAINT deployment_change_moves CHECK (from_hash IS DISTINCT FROM to_hash)
);
CREATE INDEX deployment_change_to ON deployment_change (to_hash);

-- A deployment that waits for a second person; at most one for an environment.
CREATE TABLE deployment_request (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    environment text NOT NULL CHECK (environment IN ('dev', 'qa', 'production')),
    changes     jsonb NOT NULL,
    asked_by    text NOT NULL,
    commit      text NOT NULL,
    message     text NOT NULL,
    reason      text NOT NULL,
    status      text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'carried_out', 'refused', 'replaced')),
    asked_at    timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz
);
CREATE UNIQUE INDEX deployment_request_open ON deployment_request (environment) WHERE status = 'open';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER deployment_log_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON deployment_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER deployment_change_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON deployment_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
