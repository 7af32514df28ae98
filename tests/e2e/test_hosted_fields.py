"""A merchant's page takes a card through the sandbox's hosted fields, in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from string import Template

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from counterfoil.ports.clock import SystemClock
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.server import running
from counterfoil.sandbox.paytrace.settings import Settings
from tests.e2e.browser import Browser

VISA = "4012000098765439"
LOG_IN = {"grant_type": "client_credentials", "client_id": "demo123", "client_secret": "demo123"}

PATIENCE = "--virtual-time-budget=15000"
# Nobody's hands are here to type into the frame, so this lets the page reach into it.
HANDS = "--disable-web-security"

PAGE = Template("""<!doctype html><html lang="en"><head><title>Shop</title>
<script src="$sandbox/sandbox/protect.js"></script></head>
<body><main><div id="pt_hpf_form"></div><pre id="told"></pre></main><script>
const tell = (told) => { document.getElementById("told").textContent = JSON.stringify(told); };
PTPayment.setup({ styles: {}, authorization: { clientKey: "$key" } }).then(async () => {
  const fields = document.querySelector("iframe").contentDocument;
  for (const [name, value] of Object.entries($typed)) fields.getElementById(name).value = value;
  const errors = await new Promise((resolve) => PTPayment.validate(resolve));
  tell(errors.length > 0 ? { errors } : (await PTPayment.process()).message);
}).catch((error) => tell({ failed: String(error) }));
</script></body></html>""")


class Shop:
    """A sandbox and, on an origin of its own, a page of a merchant."""

    def __init__(self, sandbox: str) -> None:
        self.sandbox = sandbox
        token = httpx2.post(f"{sandbox}/v3/token", data=LOG_IN).json()["data"]["access_token"]
        self.api = httpx2.Client(base_url=sandbox, headers={"authorization": f"Bearer {token}"})

    @contextmanager
    def page(self, **typed: str) -> Iterator[str]:
        key = self.api.post("/v3/payment-fields/token").json()["data"]["clientKey"]
        html = PAGE.substitute(sandbox=self.sandbox, key=key, typed=json.dumps(typed))

        async def show(_: Request) -> HTMLResponse:
            return HTMLResponse(html)

        with running(Starlette(routes=[Route("/", show)])) as url:
            yield url

    def told(self, browser: Browser, *switches: str, **typed: str) -> dict[str, object]:
        """What the page learns once a shopper has typed that."""
        with self.page(**typed) as url:
            shown = browser.open(url, PATIENCE, *switches)
        match = re.search(r'<pre id="told">(.*?)</pre>', shown.dom)
        assert match is not None, shown.dom
        found: dict[str, object] = json.loads(unescape(match.group(1)) or "{}")
        return found


@pytest.fixture
def shop() -> Iterator[Shop]:
    ledger = Ledger.open(None, SystemIds())
    with running(create_app(ledger, SystemClock(), SystemIds(), Settings())) as url:
        shop = Shop(url)
        yield shop
        shop.api.close()
    ledger.close()


def test_a_page_gets_a_token_for_a_typed_card_and_pays_with_it(browser: Browser, shop: Shop) -> None:
    token = shop.told(browser, HANDS, number=VISA, expiration="12/30", csc="999")
    assert sorted(token) == ["enc_key", "hpf_token"]
    answer = shop.api.post(
        "/v3/card/sale/pt-protect", json={"amount": "12.00", "merchant_id": 100_001, **token}
    )
    assert answer.json()["data"]["masked_card_number"] == "xxxxxxxxxxxx5439"


def test_a_page_is_told_what_is_wrong_with_a_typed_card(browser: Browser, shop: Shop) -> None:
    told = shop.told(browser, HANDS, number="4012", expiration="12/30", csc="999")
    assert isinstance(told["errors"], list)
    assert [error["responseCode"] for error in told["errors"]] == ["35"]


def test_the_page_itself_cannot_reach_into_the_fields(browser: Browser, shop: Shop) -> None:
    told = shop.told(browser, number=VISA, expiration="12/30", csc="999")
    assert list(told) == ["failed"]
