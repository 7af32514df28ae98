-- A sudden backlog must be in the statistics within seconds, or every fetch reads the whole table.
ALTER TABLE procrastinate_jobs SET (
    autovacuum_analyze_threshold = 200,
    autovacuum_analyze_scale_factor = 0.05,
    autovacuum_vacuum_threshold = 500,
    autovacuum_vacuum_scale_factor = 0.05
);
