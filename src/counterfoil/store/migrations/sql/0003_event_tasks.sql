-- A review task may be about an event that no flow works on, such as what others did in the books. While it is
-- open, further events of its topic add to it; details counts them and names the last ones.
ALTER TABLE review_task ALTER COLUMN run DROP NOT NULL;
ALTER TABLE review_task ADD COLUMN event text REFERENCES inbox (id);
ALTER TABLE review_task ADD COLUMN topic text;
ALTER TABLE review_task ADD CONSTRAINT review_task_about CHECK (run IS NOT NULL OR event IS NOT NULL);
CREATE UNIQUE INDEX review_task_topic ON review_task (topic) WHERE status = 'open' AND topic IS NOT NULL;
