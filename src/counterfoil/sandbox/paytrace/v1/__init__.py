"""The v1 wire: JSON bodies in, answers shaped as recorded."""
