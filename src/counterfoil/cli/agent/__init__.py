"""`counterfoil agent`: one module for each part of an agent's life."""
