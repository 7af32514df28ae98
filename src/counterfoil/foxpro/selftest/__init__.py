"""Proves a folder before tables in it are trusted: its locks, its disk, two programs at work at once."""
