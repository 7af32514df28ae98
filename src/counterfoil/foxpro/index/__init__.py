"""The index file: pages, trees, tags, kept in step with the rows; built anew by a reindex."""
