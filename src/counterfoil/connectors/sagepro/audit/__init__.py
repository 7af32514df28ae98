"""The audit of a company's books: pure rules over rows that somebody else reads and sorts."""
