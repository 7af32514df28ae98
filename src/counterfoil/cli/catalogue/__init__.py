"""`counterfoil catalogue` and `counterfoil connectors`."""
