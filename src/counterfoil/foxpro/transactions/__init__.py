"""Postings over several tables, all or nothing: planned, journalled, written, recovered."""
