"""What keeps card data out and secrets shut: guards, sealed secrets, passwords, roles, the audit trail."""
