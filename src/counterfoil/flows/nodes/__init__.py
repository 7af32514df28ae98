"""The kinds of node that a flow may have: one module each, and the list of them."""
