"""The V3 wire: REST paths, snake case, 422 for what is wrong, over the same ledger as v1."""
