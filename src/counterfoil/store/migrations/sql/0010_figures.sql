-- What of an event is money received, as its record told when it came; none: no money, or nobody could read it.
-- By it the money that is not in the books yet is known without reading any record again.
ALTER TABLE inbox ADD COLUMN amount numeric;
ALTER TABLE inbox ADD COLUMN currency text;
ALTER TABLE inbox ADD CONSTRAINT inbox_money CHECK ((amount IS NULL) = (currency IS NULL));

-- How the last hours went is read by these alone, however much is stored.
CREATE INDEX inbox_received ON inbox (received_at);
CREATE INDEX run_finished ON run (finished_at) WHERE finished_at IS NOT NULL;
