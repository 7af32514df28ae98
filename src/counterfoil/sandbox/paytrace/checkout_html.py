"""What a shopper sees of the hosted checkout."""

from __future__ import annotations

from html import escape
from string import Template

from starlette.responses import HTMLResponse, Response

from counterfoil.sandbox.paytrace.amounts import render_number
from counterfoil.sandbox.paytrace.outcomes import Charged, ChargeOutcome, Verdict
from counterfoil.sandbox.paytrace.rows import CheckoutRow

_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "cache-control": "no-store",
}

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Secure Checkout (sandbox)</title>
<style>body{font:1rem sans-serif;max-width:28rem;margin:2rem auto}label{display:block;margin:.6rem 0}
input{font:inherit;display:block;width:100%}</style></head>
<body><main><h1>Secure Checkout (sandbox)</h1>$content</main></body></html>
""")

_FORM = Template("""<p>Order $order: $$$amount</p>$notice$terms
<form method="post">$amount_field
<label>Name on card <input name="name" autocomplete="cc-name" required></label>
<label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number" required></label>
<label>Expiration month <input name="expiration_month" inputmode="numeric" required></label>
<label>Expiration year <input name="expiration_year" inputmode="numeric" required></label>
<label>Security code <input name="csc" inputmode="numeric" autocomplete="cc-csc"></label>
<label>Street <input name="street_address" autocomplete="billing street-address"></label>
<label>Zip <input name="zip" autocomplete="billing postal-code"></label>
<label>E-mail <input name="email" type="email" autocomplete="email"></label>
<button type="submit">Pay$button</button>
</form>""")

_AMOUNT_FIELD = Template('\n<label>Amount <input name="amount" inputmode="decimal" value="$amount"></label>')

UNKNOWN = "<p>This order is not known here.</p>"


def page(content: str, status: int = 200) -> Response:
    return HTMLResponse(_PAGE.substitute(content=content), status, _HEADERS)


def open_order(order: CheckoutRow, *, is_expired: bool) -> str:
    """The order as it stands: to be paid, paid, or too late."""
    if order.transaction_id is not None:
        return paid(order)
    return expired(order) if is_expired else form(order, "")


def result(order: CheckoutRow, outcome: ChargeOutcome) -> str:
    if isinstance(outcome, Charged) and outcome.verdict is Verdict.APPROVED:
        reference = outcome.row.transaction_id
        told = f"<p role='status'>Payment approved. Your reference is {reference}.</p>"
        return told + _link(order.terms.approved_url, "Continue")
    if isinstance(outcome, Charged):
        declined = form(order, "The payment was not approved. Please try another card.")
        return declined + _link(order.terms.declined_url, "Cancel")
    return form(order, "Please check the card number, the expiration date and what else is asked for.")


def paid(order: CheckoutRow) -> str:
    return f"<p>Order {escape(order.order_id)} is paid.</p>"


def expired(order: CheckoutRow) -> str:
    return f"<p>Order {escape(order.order_id)} can no longer be paid here.</p>"


def form(order: CheckoutRow, notice: str) -> str:
    amount = f"{render_number(order.amount_cents)}"
    is_editable = order.terms.is_amount_editable
    return _FORM.substitute(
        order=escape(order.order_id),
        amount=amount,
        amount_field=_AMOUNT_FIELD.substitute(amount=amount) if is_editable else "",
        button="" if is_editable else f" ${amount}",
        notice=f"<p role='alert'>{escape(notice)}</p>" if notice else "",
        terms=_link(order.terms.terms_url, "Terms and conditions"),
    )


def _link(url: str, text: str) -> str:
    return f'<p><a href="{escape(url)}">{text}</a></p>' if url else ""
