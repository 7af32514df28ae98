"""Files that a card processor writes about disputes, read by a mapping that a person describes."""
