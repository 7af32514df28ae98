"""Wires concrete things together: the only room that may see all others."""
