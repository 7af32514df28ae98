"""A PayTrace that runs anywhere: its wire, its rules and a ledger of its own."""
