from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.e2e import setup
from tests.e2e.browser import Browser
from tests.support.product import RunningHere, hub_here, new_ground


@dataclass(frozen=True, kw_only=True)
class Played:
    """The product after three payments: one applied, one overpaid, one of somebody unknown."""

    hub: RunningHere
    applied: str
    overpaid: str
    unknown: str

    def page_of(self, transaction: str) -> str:
        return f"/runs/{self.hub.client.runs(transaction)[0]['id']}"


@pytest.fixture(autouse=True, scope="session")
def _browser_is_there() -> None:
    if reason := setup.missing():
        pytest.skip(f"NO PAGE IS SEEN IN A BROWSER: {reason}")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    return Browser(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def played(_browser_is_there: None) -> Iterator[Played]:
    with new_ground(unpaid=2) as ground, hub_here(ground) as hub:
        applied, overpaid = ground.unpaid(), ground.unpaid()
        transactions = [
            hub.pay(applied.number, applied.open),
            hub.pay(overpaid.number, overpaid.open + 5),
            hub.pay("", applied.open),
        ]
        for transaction in transactions:
            hub.wait(transaction)
        yield Played(hub=hub, applied=transactions[0], overpaid=transactions[1], unknown=transactions[2])
