-- What a person corrected of the event's record for this run alone; the event itself never changes.
ALTER TABLE run ADD COLUMN corrections jsonb;
