"""Sage Pro's SQL Server edition: the company's tables, its posting ledger, postings in one transaction.

No SQL Server was ever reached: everything runs on PostgreSQL, and the statements for SQL Server are compiled
and compared with golden files.
"""
