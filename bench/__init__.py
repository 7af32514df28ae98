"""Repeatable measurements, each beside its physical limit."""
