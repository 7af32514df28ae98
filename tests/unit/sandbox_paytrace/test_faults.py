"""What goes wrong on purpose, as a client sees it and as the ledger knows it."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from counterfoil.sandbox.paytrace.faults import Arming, FaultKind, Faults, Seeding
from counterfoil.sandbox.paytrace.settings import Settings
from tests.unit.sandbox_paytrace.client import SandboxClient, keyed

SALE = "/v1/transactions/sale/keyed"
QUICK = Settings(answer_held_for=timedelta(milliseconds=1), answer_slow_for=timedelta(milliseconds=1))


def client_with(kind: str) -> SandboxClient:
    client = SandboxClient(QUICK)
    client.log_in()
    client.do("faults/next", kind=kind)
    return client


@pytest.mark.parametrize(
    ("kind", "status", "charged"),
    [
        ("fail_before", 500, 0),
        ("fail_after", 500, 1),
        ("unauthorized", 401, 0),
        ("time_out_after", 200, 1),
        ("slow", 200, 1),
    ],
)
def test_the_next_answer_goes_wrong_and_only_that_one(kind: str, status: int, charged: int) -> None:
    client = client_with(kind)
    assert client.call(SALE, keyed("1.00")).status_code == status
    assert len(client.ledger.transactions()) == charged
    assert client.call(SALE, keyed("2.00")).status_code == 200
    assert client.listed("faults") == [{"path": SALE, "kind": kind}]


def test_a_cut_answer_is_no_json_although_the_sale_was_made() -> None:
    client = client_with("cut_after")
    answer = client.call(SALE, keyed("1.00"))
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(answer.content)
    assert len(client.ledger.transactions()) == 1


def test_a_fault_may_be_for_one_path_and_for_several_calls() -> None:
    client = SandboxClient(QUICK)
    client.do("faults/next", kind="fail_before", times=2, path="/v1/transactions/sale")
    client.ok("/v1/transactions/settle")
    statuses = [client.call(SALE, keyed("1.00")).status_code for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_log_in_keys_and_the_control_page_never_go_wrong() -> None:
    faults = Faults()
    faults.seed(Seeding(seed="s", percent=100))
    for path in (
        "/oauth/token",
        "/v1/ping",
        "/v3/token",
        "/v1/e2ee/public-key.pem",
        "/control",
        "/openapi.json",
    ):
        assert faults.draw(path) is None
    assert faults.draw(SALE) is not None


def drawn(seed: str, percent: int, kind: FaultKind | None = None) -> list[FaultKind | None]:
    faults = Faults()
    faults.seed(Seeding(seed=seed, percent=percent, kind=kind))
    return [faults.draw(SALE) for _ in range(1000)]


def test_the_same_seed_hits_the_same_calls_and_another_one_others() -> None:
    assert drawn("a", 30) == drawn("a", 30)
    assert drawn("a", 30) != drawn("b", 30)


def test_a_seed_hits_about_its_share_in_every_way() -> None:
    hits = [kind for kind in drawn("a", 30) if kind]
    assert 250 < len(hits) < 350
    assert set(hits) == set(FaultKind)
    assert set(drawn("a", 30, FaultKind.SLOW)) == {None, FaultKind.SLOW}
    assert (set(drawn("a", 0)), None in drawn("a", 100)) == ({None}, False)


def test_armed_faults_come_first_and_all_end_when_cleared() -> None:
    faults = Faults()
    faults.seed(Seeding(seed="a", percent=100, kind=FaultKind.SLOW))
    faults.arm(Arming(kind=FaultKind.FAIL_AFTER))
    assert [faults.draw(SALE) for _ in range(2)] == [FaultKind.FAIL_AFTER, FaultKind.SLOW]
    faults.clear()
    assert faults.draw(SALE) is None
