"""Flow tests: events in, the books that a run may read, and what is expected to come of it."""
