"""The flows that ship with the program, as readable YAML."""

from __future__ import annotations

from importlib import resources

PAYMENT_TO_RECEIPT = "payment_to_receipt"
REFUND_TO_BOOKS = "refund_to_books"
SETTLEMENT_TO_DEPOSIT = "settlement_to_deposit"
NIGHTLY_CHECK = "nightly_check"
DISPUTE_TO_BOOKS = "dispute_to_books"
DUE_INVOICES = "due_invoices"
INVOICE_DUE_CHARGED = "invoice_due_charged"
PAY_LINK = "pay_link"
VAULT_SYNC = "vault_sync"
SHIPPED = (
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SETTLEMENT_TO_DEPOSIT,
    NIGHTLY_CHECK,
    DISPUTE_TO_BOOKS,
    DUE_INVOICES,
    INVOICE_DUE_CHARGED,
    PAY_LINK,
    VAULT_SYNC,
)


def read_library_flow(name: str) -> str:
    """The text of a shipped flow."""
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text("utf-8")


def library_tests(flow: str) -> dict[str, str]:
    """The flow tests that ship with a flow: their texts by name."""
    folder = resources.files(__name__).joinpath("tests", flow)
    found = (each for each in folder.iterdir() if each.name.endswith(".yaml"))
    return {each.name.removesuffix(".yaml"): each.read_text("utf-8") for each in found}
