"""The sample company as a database that stands for Sage Pro's SQL Server edition."""
