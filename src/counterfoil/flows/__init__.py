"""Flows: designed processes as data, checked before they run. Pure."""
