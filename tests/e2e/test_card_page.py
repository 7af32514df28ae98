"""The page for a payer's card in a browser: the gateway's fields are shown, and nothing else is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from typing_extensions import override

from counterfoil.connectors.paytrace.connector import connect
from counterfoil.connectors.paytrace.settings import PaytraceSettings
from counterfoil.domain.identifiers import MerchantId
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.hosted import HostedFields
from counterfoil.ports.ids import SystemIds
from counterfoil.sandbox.paytrace import server
from counterfoil.sandbox.paytrace.app import create_app
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.security.secrets import Secret
from counterfoil.web.cards import CardDesk, CardKept, CardPage, CardRefused, TakenCard, card_routes
from tests.e2e.browser import Browser


@dataclass(frozen=True)
class Desk(CardDesk):
    """Asks everybody, whatever the address."""

    hosted: HostedFields

    @override
    def page(self, ticket: str) -> CardPage | None:
        key = self.hosted.client_key()
        return CardPage(merchant="A shop", consent="I agree.", client_key=key.key, script=key.script)

    @override
    def keep(self, ticket: str, taken: TakenCard) -> CardKept | CardRefused | None:
        raise NotImplementedError


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """Where the page and the sandbox are."""
    clock, ledger = SystemClock(), Ledger.open(None, SystemIds())
    sandbox = create_app(ledger, clock, SystemIds(), Settings())
    with closing(ledger), server.running(sandbox) as gateway:
        user, password = "demo123", Secret("demo123")
        settings = PaytraceSettings(
            address=gateway, merchant=MerchantId("m1"), username=user, password=password
        )
        with closing(connect(settings, clock)) as connected:
            app = Starlette(routes=list(card_routes(Desk(connected.hosted))))
            with server.running(app) as hub:
                yield hub, gateway


def test_the_gateway_s_fields_are_shown_in_a_frame_and_nothing_else_is_loaded(
    browser: Browser, addresses: tuple[str, str]
) -> None:
    hub, gateway = addresses
    shown = browser.open(f"{hub}/cards/anything")
    assert shown.console == []
    assert "A shop never sees its number" in shown.text
    assert 'title="Card details"' in shown.dom
    assert {urlsplit(url).netloc for url in shown.loaded} <= {urlsplit(url).netloc for url in (hub, gateway)}
    assert any(url.startswith(f"{gateway}/sandbox/protect/fields") for url in shown.loaded)


FIELDS = """<!doctype html><html lang="en"><head><title>Stand-in</title><script>
const answers = $answers;
window.PTPayment = {
  setup: async () => {},
  validate: (tell) => tell(answers.shift()),
  process: async () => ({ message: { hpf_token: "t", enc_key: "k" } }),
};
</script><script src="/cards/take-card.js" defer></script></head><body>
<div id="pt_hpf_form"></div><input id="name" value="Bob"><input id="agreed" type="checkbox" checked>
<button id="save" disabled>Save</button><p id="said"></p>
<script>window.addEventListener("load", () => setTimeout(() => document.getElementById("save").click(), 50));
</script></body></html>"""


@dataclass(frozen=True)
class Keeps(CardDesk):
    """Keeps every card."""

    @override
    def page(self, ticket: str) -> CardPage | None:
        raise NotImplementedError

    @override
    def keep(self, ticket: str, taken: TakenCard) -> CardKept | CardRefused | None:
        return CardKept(last_four="5439")


@pytest.mark.parametrize(
    ("answers", "said", "can_save"),
    [
        ('[[{ description: "The card number is not valid." }]]', "The card number is not valid.", True),
        ("[[]]", "The card ending in 5439 is saved.", False),
    ],
)
def test_a_mistyped_card_can_be_mended_and_a_saved_one_is_not_saved_again(
    browser: Browser, answers: str, said: str, *, can_save: bool
) -> None:
    async def show(_: Request) -> HTMLResponse:
        return HTMLResponse(FIELDS.replace("$answers", answers))

    app = Starlette(routes=[*card_routes(Keeps())[:1], Route("/cards/x", show), *card_routes(Keeps())[1:]])
    with server.running(app) as url:
        shown = browser.open(f"{url}/cards/x", "--virtual-time-budget=5000")
    assert said in shown.text
    [button] = re.findall(r'<button id="save"[^>]*>', shown.dom)
    assert ("disabled" not in button) is can_save
