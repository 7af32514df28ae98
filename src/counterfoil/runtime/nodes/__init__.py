"""What carries each kind of node out."""
