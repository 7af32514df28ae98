"""Connectors: each turns one external system's words into the domain's, and back."""
