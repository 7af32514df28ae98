"""Calibration: what Sage Pro itself writes for a fact, seen between two snapshots, beside our plan for it."""
