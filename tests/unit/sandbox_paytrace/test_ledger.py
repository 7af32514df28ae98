from __future__ import annotations

import stat
from pathlib import Path

import pytest

from counterfoil.ports.ids import SeededIds, SystemIds
from counterfoil.sandbox.paytrace.invariants import DayTotals, day_totals, violations
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.rows import BatchRow, Movement, MovementRow, State
from counterfoil.sandbox.paytrace.settings import PACIFIC
from tests.unit.sandbox_paytrace.client import START, SandboxClient, keyed


def test_a_ledger_file_is_taken_up_where_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    first = SandboxClient(path=path)
    token = first.log_in()
    sale = first.sell("1.00", invoice_id="INV-1")
    first.ledger.close()
    second = SandboxClient(path=path)
    second.token = token
    assert second.record(sale)["invoice_id"] == "INV-1"
    assert second.sell("2.00") == sale + 1


def test_only_its_owner_reads_the_ledger_and_its_key(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "sandbox.db", SystemIds()).close()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {"sandbox.db": 0o600, "sandbox.db.key": 0o600}


def test_what_fails_half_way_leaves_no_trace() -> None:
    client = SandboxClient()
    client.sell("1.00")
    (row,) = client.ledger.transactions()

    def fail_half_way() -> None:
        with client.ledger.changes(), client.ledger.changes():
            client.ledger.remove_customer("nobody")
            client.ledger.add_batch(BatchRow(batch_number=999, settled_at=START))
            raise RuntimeError(row.state)

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert client.ledger.next_batch_number() == 571
    client.sell("2.00")
    assert violations(client.ledger) == []


def test_days_are_summed_by_what_they_did() -> None:
    client = SandboxClient()
    client.sell("10.00")
    client.ok("/v1/transactions/void", {"transaction_id": client.sell("2.00")})
    client.call("/v1/transactions/sale/keyed", keyed("0.31"))
    client.ok("/v1/transactions/settle")
    (totals,) = day_totals(client.ledger, PACIFIC).values()
    assert totals == DayTotals(captured=1231, voided=231, settled=1000)
    assert totals.net == 1000


def test_an_entry_without_its_transaction_is_noticed() -> None:
    client = SandboxClient()
    client.sell("10.00")
    (row,) = client.ledger.transactions()
    client.ledger.add_movement(
        MovementRow(
            transaction_id=row.transaction_id,
            movement=Movement.REFUNDED,
            amount_cents=-1,
            moved_at=START,
        )
    )
    assert violations(client.ledger) == [
        f"transaction {row.transaction_id}: entries come to 999 cents, its state pending to 1000"
    ]


def test_a_settlement_that_was_never_entered_is_noticed() -> None:
    client = SandboxClient()
    client.sell("10.00")
    (row,) = client.ledger.transactions()
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    client.ledger.put_transaction(type(row)(**fields | {"state": State.SETTLED, "batch_number": 571}))
    assert violations(client.ledger) == [
        "batch 571: settled 0 cents of 1000",
        f"transaction {row.transaction_id} (settled): batch 571",
    ]


def test_tokens_and_cards_are_digested_with_the_same_key_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.db"
    first = Ledger.open(path, SeededIds("one"))
    first.close()
    second = Ledger.open(path, SeededIds("two"))
    second.close()
    assert first.seal == second.seal
