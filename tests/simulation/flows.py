"""The shipped flows that are live, and later versions of them that mean the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from counterfoil.flows.library import (
    DISPUTE_TO_BOOKS,
    DUE_INVOICES,
    INVOICE_DUE_CHARGED,
    PAY_LINK,
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SETTLEMENT_TO_DEPOSIT,
    read_library_flow,
)

LIVE = (
    PAYMENT_TO_RECEIPT,
    REFUND_TO_BOOKS,
    SETTLEMENT_TO_DEPOSIT,
    DISPUTE_TO_BOOKS,
    DUE_INVOICES,
    INVOICE_DUE_CHARGED,
    PAY_LINK,
)


def _renamed(text: str, *nodes: str) -> str:
    """The flow with other names of nodes: what was posted under the old ones is not posted again."""
    for node in nodes:
        for before in (f"\n  {node}:\n", f": {node}\n", f": {node} #", f"to: {node},"):
            text = text.replace(before, before.replace(node, f"{node}_anew"))
    return text


ENTER, LEAVE = "enter", "leave"
"""What a person may answer to the version that asks."""
_ASKING = f"""
  confirm:
    ask:
      title: "{{payment.amount}} by card or bank: enter it?"
      choices:
        {ENTER}: It is entered
        {LEAVE}: A clerk enters it
      due: 2 days
    with:
      payment: normalise
    then:
      {ENTER}: post
      {LEAVE}: review
      late: post
"""


def _versions(flow: str) -> Sequence[str]:
    text = read_library_flow(flow)
    if flow == REFUND_TO_BOOKS:
        return text, _renamed(text, "decide", "post")
    if flow == PAYMENT_TO_RECEIPT:
        asking = text.replace("money: post\n", "money: confirm\n") + _ASKING
        return text, _renamed(text, "match", "post"), asking
    return (text,)


VERSIONS: Mapping[str, Sequence[str]] = {flow: _versions(flow) for flow in LIVE}
