"""Counterfoil joins PayTrace payments to the books in Sage Pro ERP."""
