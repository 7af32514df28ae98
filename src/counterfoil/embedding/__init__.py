"""Models of meaning that suggestions may ask: one that runs here, and those of OpenAI-compatible servers."""
