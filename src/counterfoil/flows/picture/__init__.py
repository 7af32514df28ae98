"""A picture of a flow, made from its text alone: one card for each node, in the order of a run."""
