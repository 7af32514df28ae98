"""Sage Pro: reading its receivables and posting facts into them."""
