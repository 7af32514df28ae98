"""The numbered migrations of the hub's database; `counterfoil.store.migration` runs them."""
