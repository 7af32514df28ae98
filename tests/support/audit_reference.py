"""The checks in the reference page, made from the code: `python -m tests.support.audit_reference`."""

from __future__ import annotations

from counterfoil.connectors.sagepro.audit import documents, keys, orders, rows, totals
from counterfoil.connectors.sagepro.audit.whole import RECORD_COUNTS, ROWS_READABLE


def checks() -> list[tuple[str, list[str]]]:
    """Every check with the meanings of its rules, in the order in which they are told."""
    groups = (*documents.CHECKS, *keys.DOCUMENT_CHECKS, *documents.RECEIPT_CHECKS)
    later = (*orders.CHECKS, *keys.ORDER_CHECKS, *keys.MASTER_CHECKS)
    found = [(check.name, [rule.meaning for rule in check.rules]) for check in (*groups, *later)]
    found += [(check.name, [rule.meaning for rule in check.rules]) for check in totals.CHECKS]
    found += [(each.check.name, [rule.meaning for rule in each.check.rules]) for each in rows.CHECKS]
    return [
        *found,
        (RECORD_COUNTS.name, [rule.meaning for rule in RECORD_COUNTS.rules]),
        (ROWS_READABLE.name, [rule.meaning for rule in ROWS_READABLE.rules]),
    ]


def table() -> str:
    return "".join(f"| `{name}` | {' Or: '.join(meanings)} |\n" for name, meanings in checks())


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201 - what it is for
