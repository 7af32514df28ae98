-- What people are told about the product itself; one row for each rule and subject that broke it.
--   pending  -> raised | gone   bad for long enough to tell somebody, or good again before
--   raised   -> resolved        good for a while
--   resolved -> pending | gone  bad again, or forgotten after a month
-- environment is empty for what concerns all. value and words: as they were read last.
-- told: what people were told last; told_at: when.
CREATE TABLE alert (
    environment text NOT NULL,
    rule        text NOT NULL,
    subject     text NOT NULL,
    phase       text NOT NULL CHECK (phase IN ('pending', 'raised', 'resolved')),
    value       bigint NOT NULL,
    words       text NOT NULL,
    since       timestamptz NOT NULL,
    raised_at   timestamptz,
    good_since  timestamptz,
    resolved_at timestamptz,
    told        text NOT NULL DEFAULT 'nothing' CHECK (told IN ('nothing', 'raised', 'resolved')),
    told_at     timestamptz,
    PRIMARY KEY (environment, rule, subject)
);

-- Alerts of a rule that nobody is told of until then; an empty subject stands for any.
CREATE TABLE alert_silence (
    id      text PRIMARY KEY,
    rule    text NOT NULL,
    subject text NOT NULL,
    until   timestamptz NOT NULL,
    by      text NOT NULL CHECK (by <> ''),
    why     text NOT NULL CHECK (why <> ''),
    made_at timestamptz NOT NULL
);

-- What an environment says of its alerts, where it differs from the program's own: of a rule its limits, and
-- under the empty rule its channels and how often people are reminded.
CREATE TABLE alert_setting (
    environment text NOT NULL,
    rule        text NOT NULL,
    settings    jsonb NOT NULL,
    changed_at  timestamptz NOT NULL,
    PRIMARY KEY (environment, rule)
);
