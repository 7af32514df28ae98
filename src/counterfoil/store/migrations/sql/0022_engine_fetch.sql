-- A fetch looks for other jobs of the same lock. Without this it reads an index over the whole backlog for it:
-- 374 pages at 50,000 waiting jobs, where it now reads 8.
CREATE INDEX procrastinate_jobs_lock ON procrastinate_jobs (lock);
