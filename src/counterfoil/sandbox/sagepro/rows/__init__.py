"""The company's history as rows of its tables."""
