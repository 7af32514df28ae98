-- tests: the flow tests that came with the version last, by path; they are run again before it goes anywhere.
ALTER TABLE flow_version ADD COLUMN tests jsonb;
