"""Looks at a Sage Pro site that nobody described and drafts a profile to start from; writes nothing there."""
