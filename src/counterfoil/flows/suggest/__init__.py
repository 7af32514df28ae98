"""Which source field may fill which target: suggestions with reasons, which nothing applies by itself."""
