from __future__ import annotations

import pytest

from counterfoil.telemetry.meters import Meters


def lines(meters: Meters, start: str) -> list[str]:
    return [line for line in meters.page().decode().splitlines() if line.startswith(start)]


def test_a_turn_counts_by_flow_and_by_how_it_ended() -> None:
    meters = Meters()
    with meters.turn("payment_to_receipt") as note:
        note.outcome = "done"
    with pytest.raises(RuntimeError), meters.turn("payment_to_receipt"):
        raise RuntimeError
    counted = lines(meters, "counterfoil_turns_total{")
    assert counted == [
        'counterfoil_turns_total{flow="payment_to_receipt",outcome="done"} 1.0',
        'counterfoil_turns_total{flow="payment_to_receipt",outcome="error"} 1.0',
    ]
    assert lines(meters, "counterfoil_turn_seconds_count") == [
        'counterfoil_turn_seconds_count{flow="payment_to_receipt"} 2.0'
    ]
