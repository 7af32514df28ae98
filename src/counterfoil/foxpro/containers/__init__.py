"""Database containers: long names and rules of tables, and what the caller accepts."""
