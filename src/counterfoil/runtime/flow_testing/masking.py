"""Takes out of a recorded test what tells of people: names become neutral words, each always the same.

What is kept is listed; a text that is not listed is blanked out, so that a field that comes later is safe.
"""

from __future__ import annotations

import re
from collections import defaultdict

from counterfoil.runtime.flow_testing.case import MERCHANT
from counterfoil.runtime.flow_testing.telling import Tree

_KEPT = frozenset(
    {
        *(
            "fact",
            "answer",
            "kind",
            "status",
            "tender",
            "meaning",
            "outcome",
            "shelf",
            "effect",
            "stage",
            "void",
            "held",
        ),
        *("amount", "total", "open", "surcharge", "discount", "on_account", "assumed_open", "tax"),
        *(
            "created_at",
            "settled_at",
            "received_on",
            "refunded_on",
            "reversed_on",
            "batched_on",
            "paid_on",
            "invoiced_on",
        ),
        *("opened_on", "charged_on", "decided_on", "disputes"),
        *("state", "scope", "expires", "brand", "amount_max", "until", "withdrawn", "at"),
        *("due_on", "discount_until", "on", "identified_on", "paid_amount", "case"),
        *("number", "invoice", "document", "order", "deposit_on", "transaction"),
        *(
            "vendor_status",
            "refunds_of_invoices",
            "refund_limit",
            "returns",
            "declines",
            "settlements",
            "zone",
            "start",
            "ach_when_captured",
        ),
        *("deposit", "deposited_on", "payments", "payments_total", "refunds", "refunds_total"),
    }
)
_WRITTEN = frozenset({"invoice_reference", "order_reference", "reference"})
_KEYS = frozenset({"key", "payment", "posting", "reverses", "chargeback", "lineage"})
_DROPPED = frozenset({"merchant", "purchase_order", "approval_code"})
_STABLE = {
    "customer": "CUST{}",
    "payer_name": "Payer {}",
    "vault_customer": "vault-{}",
    "method": "method-{}",
    "entered_by": "clerk {}",
    "last_four": "{:04}",
}
_WORDS = frozenset({"INVOICE", "INV", "ORDER", "ORD", "SO", "PO", "NO", "NUMBER"})
_WORD = re.compile(r"\S+")
_BLANK = "as recorded"


class Mask:
    """One test's mask: who was called something is called the same throughout."""

    def __init__(self, merchant: str) -> None:
        self._merchant = merchant
        self._names: dict[str, dict[str, str]] = defaultdict(dict)

    def named(self, field: str, value: str) -> str:
        """The neutral word that stands for a value of the field."""
        names = self._names[field]
        return names.setdefault(value, _STABLE[field].format(len(names) + 1))

    def lineage(self, text: str) -> str:
        """A key of a payment of the account, under the account that tests have."""
        inside = text.removeprefix(f"{self._merchant}/")
        return text if inside == text else f"{MERCHANT}/{inside}"

    def tree(self, tree: Tree, field: str = "") -> Tree:
        """The same with everything that tells of people replaced."""
        if isinstance(tree, dict):
            return {name: self.tree(part, name) for name, part in tree.items() if name not in _DROPPED}
        if isinstance(tree, list):
            return [self.tree(part, field) for part in tree]
        return self._text(tree, field)

    def _text(self, text: str, field: str) -> str:
        if field in _KEPT:
            return text
        if field in _STABLE:
            return self.named(field, text)
        if field in _KEYS:
            return self.lineage(text)
        return mask_reference(text) if field in _WRITTEN else _BLANK


def mask_reference(written: str) -> str:
    """What people wrote as a number, without other words of theirs."""
    return _WORD.sub(lambda found: _masked_word(found[0]), written)


def _masked_word(word: str) -> str:
    plain = word.strip("#:.,;-").upper()
    is_number = any(sign.isdecimal() for sign in plain) and "@" not in plain
    return word if not plain or is_number or plain in _WORDS else "word"
