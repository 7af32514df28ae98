"""The ladder of trust: what Counterfoil may do to one company's books, who said so, when and why."""
