"""Where the sandbox stands: its clock, what comes next, its sums and its faults."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.amounts import render_dollars
from counterfoil.sandbox.paytrace.batches import pending_batch, total
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.control.listings import stamp
from counterfoil.sandbox.paytrace.disputes import violations as dispute_violations
from counterfoil.sandbox.paytrace.invariants import day_totals, violations

State = Mapping[str, object]

_DAYS = 7


def clock_of(controls: Controls) -> State:
    """What every page shows, however large the ledger is."""
    return {
        "now": stamp(controls, controls.gateway.now()),
        "zone": controls.gateway.settings.zone.key,
        "is_running": controls.clock.is_running,
    }


def state_of(controls: Controls) -> State:
    """What the overview shows and programs may read; the whole ledger is looked through."""
    gateway, faults = controls.gateway, controls.faults
    pending = pending_batch(gateway)
    return {
        **clock_of(controls),
        "next_due": stamp(controls, controls.nightly.next_due()),
        "pending_count": len(pending.rows),
        "pending_net": render_dollars(total(pending.sales) - total(pending.refunds)),
        "transactions": gateway.ledger.count(),
        "days": _days(controls),
        "violations": [
            *violations(gateway.ledger),
            *dispute_violations(gateway),
        ],
        "faults": {
            "armed": [
                {"kind": each.kind.value, "times": each.times, "path": each.path} for each in faults.armed
            ],
            "seed": faults.seeding and faults.seeding.seed,
            "percent": faults.seeding and faults.seeding.percent,
            "path": faults.seeding and faults.seeding.path,
            "happened": len(faults.happened),
        },
        "posts_late_minutes": int(controls.posts.delay.total_seconds()) // 60,
    }


def _days(controls: Controls) -> list[Mapping[str, str]]:
    """The last week on which money moved, newest first."""
    totals = day_totals(controls.gateway.ledger, controls.gateway.settings.zone)
    return [
        {
            "day": str(day),
            "captured": render_dollars(sums.captured + sums.adjusted),
            "voided": render_dollars(sums.voided),
            "refunded": render_dollars(sums.refunded - sums.refund_voided),
            "settled": render_dollars(sums.settled),
        }
        for day, sums in sorted(totals.items(), reverse=True)[:_DAYS]
    ]
