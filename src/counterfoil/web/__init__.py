"""The hub's HTTP edge: webhook intake, API and, until the console comes, plain pages."""
