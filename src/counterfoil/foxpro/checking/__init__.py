"""Whether a table, its memos and its tags hold together."""
