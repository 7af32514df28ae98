"""The usual rules, shipped as tables and a mapping that uses all of them."""

from __future__ import annotations

from importlib import resources

MAPPINGS = ("payment_to_receipt",)
TABLES = (
    "currency_rates",
    "customers",
    "gl_by_product_category",
    "gl_by_transaction_type",
    "items",
    "payment_status",
)


def read_library_mapping(name: str) -> str:
    """The text of a shipped mapping."""
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text("utf-8")


def read_library_table(name: str) -> str:
    """The text of a shipped table; one of the same name in a site's own folder takes its place."""
    return resources.files(__name__).joinpath("tables", f"{name}.csv").read_text("utf-8")
