"""A comparison in words and as a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterfoil.cli.foxpro.telling import say, shown
from counterfoil.connectors.sagepro.calibration.calibrating import Outcome
from counterfoil.connectors.sagepro.calibration.comparing import Verdict
from counterfoil.connectors.sagepro.calibration.file import Observed
from counterfoil.connectors.sagepro.calibration.proof import Proof

_WIDTH = 12


def tell(outcome: Outcome) -> None:
    """What agrees in one line for each table, every difference in one of its own."""
    say(f"{shown(outcome.kind)}: {', '.join(outcome.tables)}")
    for table in outcome.tables:
        agreed = [
            each.column
            for each in outcome.comparison.findings
            if each.table == table and each.verdict is Verdict.AGREES
        ]
        if agreed:
            say(f"  {'agrees':<{_WIDTH}}  {table}: {', '.join(dict.fromkeys(agreed))}")
    for each in outcome.comparison.differences:
        say(f"  {each.verdict.value:<{_WIDTH}}  {shown(each.told)}")
    for number in outcome.numbers:
        say(f"  {'number':<{_WIDTH}}  {number.table} {shown(number.number)}: {shown(number.rule)}")
    if outcome.observed is not None:
        _tell_observed(outcome.observed)
    for name in outcome.unread:
        say(f"  {'not read':<{_WIDTH}}  {name} looks like card numbers")


def _tell_observed(observed: Observed) -> None:
    for why in observed.differs:
        say(f"  {'otherwise':<{_WIDTH}}  {shown(why)}")
    if observed.seen > 1:
        say(f"  {'as before':<{_WIDTH}}  seen {observed.seen} times alike")


def tell_kinds(kinds: Mapping[str, Proof]) -> None:
    for kind, proof in kinds.items():
        state = "open" if proof.open else "vouched for" if proof.word else "proven"
        by = f", {shown(proof.word)}" if proof.word else ""
        say(f"  {state:<{_WIDTH}}  {shown(kind)}{by}")
        for why in proof.open:
            say(f"  {'':<{_WIDTH}}  - {shown(why)}")
    if not kinds:
        say("No posting kind was calibrated yet.")


def document_of(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "tables": list(outcome.tables),
        "findings": [
            {
                "table": each.table,
                "column": each.column,
                "new_row": each.is_new,
                "verdict": each.verdict.value,
                "sage_pro": shown(each.theirs),
                "counterfoil": shown(each.ours),
            }
            for each in outcome.comparison.findings
        ],
        "numbers": [
            {"table": each.table, "number": shown(each.number), "rule": shown(each.rule)}
            for each in outcome.numbers
        ],
        "not_read": list(outcome.unread),
        "seen": outcome.observed.seen if outcome.observed else None,
        "otherwise": [shown(why) for why in outcome.observed.differs] if outcome.observed else [],
    }
