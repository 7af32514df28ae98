"""`counterfoil paytrace`: merchant accounts as connections of the hub."""
