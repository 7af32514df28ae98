"""`counterfoil flows`: flows and the mappings in them."""
