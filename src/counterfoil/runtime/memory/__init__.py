"""The interpreter's ports in memory: for flow tests, for a look ahead, and for the project's own tests."""
