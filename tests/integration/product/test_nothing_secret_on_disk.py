"""After a story with every test card, no file below the data folder holds a card, a CVV or a token.

The tables, PostgreSQL's files and its write-ahead log, SQLite files, logs, and a dump of the database, in
which nothing is compressed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from counterfoil.bootstrap.demo_connections import GATEWAY
from counterfoil.bootstrap.workspace import Workspace
from counterfoil.store.server_programs import Programs
from tests.support import disk
from tests.support.card_spellings import all_spellings
from tests.support.product import GATEWAY_PASSWORD, VAULT, Ground, Running, hub_process, new_ground
from tests.unit.sandbox_paytrace.client import AMEX, CSC, DISCOVER, MASTERCARD, VISA, keyed

CARDS = (VISA, MASTERCARD, DISCOVER, AMEX)
# As JSON, as a form and as the fields of a silent post would hold them.
CODES = [
    shape.format(code)
    for code in CSC.values()
    for shape in ('"csc":"{}"', '"csc": "{}"', "csc={}", "CSC~{}", "cvv={}")
]


def pay_with(ground: Ground, path: str, number: str, **more: object) -> str:
    pick = ground.unpaid()
    body = {"invoice_id": pick.number, **keyed(str(pick.open), number), **more}
    return str(ground.shopper._post(path, body)["transaction_id"])


def send(hub: Running, path: str, content_type: str, body: str) -> int:
    return hub.http.post(
        path, content=body, headers={"content-type": content_type, "x-card": VISA}
    ).status_code


def tell_of_cards(hub: Running) -> None:
    """Senders that send what they should not."""
    form, silent_post = "application/x-www-form-urlencoded", hub.ground.connections.silent_post_path
    post = f"parmList=ORDERID~{VISA}|TRANSACTIONID~99|CARD~{MASTERCARD}|CSC~999|&cvv=998&card={AMEX}"
    assert send(hub, silent_post, form, post) == 200
    assert send(hub, silent_post, "text/plain", f"card={DISCOVER}&csc=996") == 415
    assert send(hub, silent_post, form, f"nothing known: {DISCOVER} csc=996") == 400
    assert send(hub, f"/hooks/silent-post/{VISA}", form, post) == 404
    for place, text in enumerate(all_spellings().values(), 1000):
        spelled = urlencode({"parmList": f"ORDERID~{text}|TRANSACTIONID~{place}|NOTE~paid with {text}|"})
        assert send(hub, silent_post, form, spelled) == 200
    assert send(hub, silent_post, form, f"parmList=TRANSACTIONID~{VISA}|") == 400
    relay = json.dumps({"transaction_id": "98", "number": AMEX, "csc": "9997"})
    assert send(hub, f"/hooks/relay/{GATEWAY}", "application/json", relay) == 401


@pytest.fixture(scope="module")
def played() -> Iterator[Ground]:
    """The story, with the hub as a process that logs into files; everything has ended."""
    with new_ground(unpaid=len(CARDS) + 2) as ground:
        with hub_process(ground) as (hub, _):
            keyed_sale, sale = "/v1/transactions/sale/keyed", "/checkout/sale"
            transactions = [pay_with(ground, keyed_sale, number) for number in CARDS]
            checkout = {"order_id": "1001", "return_url": hub.silent_post_url}
            transactions.append(pay_with(ground, sale, MASTERCARD, **checkout))
            stray = {"description": f"card {VISA}", "customer_reference_id": AMEX}
            transactions.append(pay_with(ground, keyed_sale, VISA, **stray))
            ground.shopper.store_card(VAULT)
            ground.shopper.charge_stored("test", ground.cast.paid.total, VAULT)
            tell_of_cards(hub)
            for transaction in transactions:
                hub.wait(transaction)
                hub.client.wait_until_quiet(transaction)
        with Workspace(ground.settings) as workspace:
            dump(workspace.database.conninfo, ground.folder / "dump.sql")
        ground.stop_database()
        yield ground


def dump(conninfo: str, path: Path) -> None:
    Programs().run("pg_dump", f"--dbname={conninfo}", f"--file={path}", "--inserts")
    assert "INSERT INTO" in path.read_text("utf-8")


def test_the_search_finds_what_is_there(played: Ground) -> None:
    """The last four digits may be kept; they show that payments reached every kind of file."""
    holding = " ".join(disk.findings(played.folder, [VISA[-4:]]))
    for name in ("hub/postgres/cluster/pg_wal", "dump.sql", "paytrace.sqlite"):
        assert name in holding


def test_no_file_holds_a_card_number(played: Ground) -> None:
    assert disk.findings(played.folder, all_spellings().values()) == []


def test_no_file_holds_a_card_security_code(played: Ground) -> None:
    assert disk.findings(played.folder, CODES) == []


def test_no_file_holds_an_access_token_or_the_gateway_password(played: Ground) -> None:
    tokens = [json.loads(body)["access_token"] for body in played.token_bodies]
    assert len(tokens) > 1
    assert disk.findings(played.folder, [*tokens, GATEWAY_PASSWORD]) == []


def test_the_hub_keeps_nothing_in_the_clear_that_opens_a_way_in(played: Ground) -> None:
    """The gateway itself must know the address that it posts to."""
    address = played.connections.silent_post_path.rpartition("/")[2]
    needles = [address, played.connections.relay_secret.reveal()]
    assert [line for line in disk.findings(played.folder, needles) if "paytrace.sqlite" not in line] == []
