-- failed: tries in a row that failed and brought the run no further; waits grow with it. Attempts count on.
ALTER TABLE run ADD COLUMN failed integer NOT NULL DEFAULT 0;
