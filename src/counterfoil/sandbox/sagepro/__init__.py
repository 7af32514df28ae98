"""The sample company: a seeded Sage Pro company written as real FoxPro tables, and the audit of its books."""
