"""PayTrace's V3 JSON as sent and received, by subject."""
