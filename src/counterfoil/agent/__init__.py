"""The agent: the HTTP API over one Sage Pro company, run beside its files."""
