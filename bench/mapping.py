"""Records of 40 fields mapped, beside the same mapping written out in plain Python, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from bench.results import Result
from counterfoil.flows.mapping.carry import map_record
from counterfoil.flows.mapping.plan import MappingPlan, read_mapping
from counterfoil.flows.mapping.tables import Table, parse_table
from counterfoil.flows.mapping.values import show

EACH = 8
RECORDS = 2_000
ROUNDS = 5

STATUS = {"Approved": "Paid", "Declined": "Failed", "Refunded": "Refunded"}
TABLE = "outside,inside\n" + "".join(f"{outside},{inside}\n" for outside, inside in STATUS.items())

KINDS = {
    "text": ("text 20", "text 20", "text_{n}"),
    "cut": ("text 40", "text 10", "{{from: cut_{n}, then: [truncate: {{width: 10, keep: end}}]}}"),
    "money": ("money USD", "number 12,2", "{{from: money_{n}, then: [amount]}}"),
    "date": ("date", "text 8", "{{from: date_{n}, then: [date_text: {{format: YYYYMMDD}}]}}"),
    "status": ("text 20", "text 8", "{{from: status_{n}, then: [status]}}"),
}
"""Type of the source, type of the target, rule: eight fields of each."""


def mapping() -> str:
    def lines(write: Callable[[str, int], str]) -> str:
        return "".join(f"  {kind}_{n}: {write(kind, n)}\n" for kind in KINDS for n in range(EACH))

    return (
        "mapping: forty\ntitle: Forty fields\n"
        f"source:\n{lines(lambda kind, _: KINDS[kind][0])}"
        f"target:\n{lines(lambda kind, _: KINDS[kind][1])}"
        f"map:\n{lines(lambda kind, n: KINDS[kind][2].format(n=n))}"
    )


def plan(text: str) -> MappingPlan:
    table = parse_table("payment_status", TABLE)

    def get(name: str) -> Table | None:
        return table if name == table.name else None

    return read_mapping(text, get, (table.name,))


def records() -> list[dict[str, object]]:
    return [
        {
            f"{kind}_{n}": value
            for n in range(EACH)
            for kind, value in {
                "text": f"text {number}",
                "cut": f"a reference {number:08}",
                "money": f"{number}.{n:02}",
                "date": f"2026-{n + 1:02}-26",
                "status": "Approved",
            }.items()
        }
        for number in range(RECORDS)
    ]


def by_hand(record: Mapping[str, object]) -> dict[str, object]:
    """What a person would write: the same reading, without checks of width, names or currency."""
    found: dict[str, object] = {}
    for n in range(EACH):
        found[f"text_{n}"] = str(record[f"text_{n}"]).strip()
        found[f"cut_{n}"] = str(record[f"cut_{n}"]).strip()[-10:]
        found[f"money_{n}"] = Decimal(str(record[f"money_{n}"])).quantize(Decimal("0.01"))
        found[f"date_{n}"] = date.fromisoformat(str(record[f"date_{n}"])).strftime("%Y%m%d")
        found[f"status_{n}"] = STATUS[str(record[f"status_{n}"])]
    return found


def per_second(work: Callable[[Mapping[str, object]], object], given: list[dict[str, object]]) -> int:
    """The best of several rounds: other work on the machine only ever slows."""
    return max(_rounds(work, given))


def _rounds(work: Callable[[Mapping[str, object]], object], given: list[dict[str, object]]) -> Iterator[int]:
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for record in given:
            work(record)
        yield int(len(given) / (time.perf_counter() - started))


def run() -> list[Result]:
    text, given = mapping(), records()
    started = time.perf_counter()
    ready = plan(text)
    checked_ms = int((time.perf_counter() - started) * 1000)
    mapped = map_record(ready, given[1])
    if {name: show(value) for name, value in mapped.values.items()} != {
        name: str(value) for name, value in by_hand(given[1]).items()
    }:
        raise AssertionError("plain Python maps otherwise: what was measured is something else")
    floor = per_second(by_hand, given)
    ours = per_second(lambda record: map_record(ready, record), given)
    traced = per_second(lambda record: map_record(ready, record, explain=True), given)
    return [
        Result("records of 40 fields by hand in plain Python", floor, "maps/s"),
        Result("the same by a mapping", ours, "maps/s", f"{ours / floor:.2f} x by hand"),
        Result("the same with every value explained", traced, "maps/s", f"{traced / floor:.2f} x by hand"),
        Result("the mapping read and checked", checked_ms, "ms"),
    ]
