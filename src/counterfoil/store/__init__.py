"""The hub's own database: its server, its tables, and what is read from and written to them."""
