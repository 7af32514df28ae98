-- What is old enough is purged in groups: first what the nodes of a run found, much later what the run came to.
-- The run itself stays, as later events of the same payment are judged by it; so do events, effects and tasks.
-- 0: whole; 1: its steps are gone; 2: its result is gone as well.
ALTER TABLE run ADD COLUMN purged integer NOT NULL DEFAULT 0;
CREATE INDEX run_with_steps ON run (finished_at) WHERE purged = 0 AND status IN ('done', 'dropped');
CREATE INDEX run_with_result ON run (finished_at) WHERE purged = 1 AND status IN ('done', 'dropped');
CREATE INDEX hint_ended ON hint (received_at) WHERE status <> 'waiting';

-- Lists of what is rare among many finished runs, and the search for one transaction.
CREATE INDEX run_set_aside ON run (seq) WHERE status IN ('held', 'dropped');
CREATE INDEX run_transaction ON run (split_part(order_key, '/', -1));
