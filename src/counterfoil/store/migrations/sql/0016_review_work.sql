-- Who works on a review task, and by when it is to be decided.
ALTER TABLE review_task ADD COLUMN assigned_to text;
ALTER TABLE review_task ADD COLUMN due_at timestamptz;
