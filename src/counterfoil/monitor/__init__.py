"""How the product does: figures, rules, alerts, health."""
