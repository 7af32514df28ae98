"""Figures about the whole of the hub's tables, read cheaply: by index, over what is open or recent alone."""
