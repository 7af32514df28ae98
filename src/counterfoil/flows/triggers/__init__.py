"""What may start a flow: one module for each kind of trigger, and the list of them."""
