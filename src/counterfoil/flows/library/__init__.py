"""The flows that ship with the program, as readable YAML."""

from __future__ import annotations

from importlib import resources

PAYMENT_TO_RECEIPT = "payment_to_receipt"
REFUND_TO_BOOKS = "refund_to_books"
DISPUTE_TO_CLERK = "dispute_to_clerk"
SHIPPED = (PAYMENT_TO_RECEIPT, REFUND_TO_BOOKS, DISPUTE_TO_CLERK)


def read_library_flow(name: str) -> str:
    """The text of a shipped flow."""
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text("utf-8")
