"""PayTrace: its wire format, log-in, records and hints."""
