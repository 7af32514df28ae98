"""Stand-ins for the systems outside; they share no code with connectors."""
