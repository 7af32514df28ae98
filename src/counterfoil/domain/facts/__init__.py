"""Facts: what must become true in the ERP, in domain words, each with the key that makes it happen once."""
