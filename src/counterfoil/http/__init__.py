"""The HTTP edges: the outbound client, problem documents, bounds on what comes in."""
