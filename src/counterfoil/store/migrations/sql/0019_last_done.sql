-- When something was last done that a person or a timer must see to, such as a backup.
CREATE TABLE last_done (
    name    text PRIMARY KEY,
    done_at timestamptz NOT NULL
);
