"""Mappings: what a record of one system becomes in the words of another; typed, exact, explained. Pure."""
