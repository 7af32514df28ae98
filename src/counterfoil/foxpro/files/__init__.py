"""A table on the disk: its files, its records by number, its memos, its locks."""
