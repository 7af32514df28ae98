"""Money, payments, invoices, receipts and the rules between them: values and functions without I/O."""
