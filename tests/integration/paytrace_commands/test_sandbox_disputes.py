"""The sandbox's processor writes a file of chargebacks, and the mapping on the page reads it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import httpx2

from tests.support.gateway_desk import Desk

PAGE = Path(__file__).parents[3] / "docs" / "howto" / "disputes.md"


def control(desk: Desk, command: str, **asked: object) -> None:
    httpx2.post(f"{desk.url}/control/do/{command}", json=asked).raise_for_status()


def test_chargebacks_of_the_sandbox_are_imported_by_the_page_s_mapping(desk: Desk, tmp_path: Path) -> None:
    desk.connect()
    number = desk.shopper.pay_at_terminal("a test", Decimal("25.00"), "1001")
    desk.shopper._post("/v1/transactions/settle", {})
    control(desk, "chargebacks/open", transaction_id=int(number))
    control(desk, "chargebacks/win", case=70001)
    mapping, file = tmp_path / "m.yaml", tmp_path / "processor.csv"
    found = re.search(r'processor.yaml"\).write_text\("""\\\n(.*?)"""\)', PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    mapping.write_text(found.group(1), "utf-8")
    file.write_bytes(httpx2.get(f"{desk.url}/control/chargebacks.csv").content)
    told = desk.told("disputes", "import", str(file), "--mapping", str(mapping))
    assert [(each["stage"], each["payment"]) for each in told["disputes"]] == [
        (stage, f"paytrace/m1/{number}") for stage in ("opened", "fee", "won")
    ]
    assert desk.told("disputes", "import", str(file), "--mapping", str(mapping))["new"] == 0
