"""What notices that others changed the books: the change feed, lost updates, restores, a second writer."""
