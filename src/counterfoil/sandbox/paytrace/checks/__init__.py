"""Checks (ACH): bank accounts charged by days of the bank, for both wires."""
