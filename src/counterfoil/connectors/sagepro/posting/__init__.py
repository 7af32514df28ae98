"""The rows that make each fact true in Sage Pro; pure, from what was read under the locks."""
