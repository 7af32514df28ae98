"""How each check stands: what it looked at, what it found, or why it was not made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic

from counterfoil.connectors.sagepro.audit.findings import (
    FINDINGS_MAX,
    Check,
    Finding,
    Rule,
    Terms,
    Thing,
)
from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, TableName

EVIDENCE_MIN = 5
"""So many things must break the usual rule before the site's rows can speak for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How one check ended."""

    check: str
    meaning: str
    certainty: Certainty
    """Of the least certain column that it rests on."""
    looked_at: int
    count: int
    """How many findings there are; only the first FINDINGS_MAX are kept."""
    findings: tuple[Finding, ...]
    not_made: str = ""
    """Why the check was not made; empty where it was."""

    @property
    def is_complete(self) -> bool:
        return self.count == len(self.findings)


@dataclass(slots=True)
class Tally:
    """What one rule found so far."""

    count: int = 0
    broken: int = 0
    """How many keys broke the rule: documents, orders, customers."""
    findings: list[Finding] = field(default_factory=list)

    def add(self, findings: Iterator[Finding]) -> None:
        found = list(findings)
        if found:
            self.count += len(found)
            self.broken += len({finding.key for finding in found})
            self.findings += found[: FINDINGS_MAX - len(self.findings)]


class Judge(Generic[Thing]):
    """Carries one check through everything that it has to look at."""

    def __init__(self, check: Check[Thing], terms: Terms, not_made: str = "") -> None:
        self.check = check
        self.not_made = not_made
        self._terms = terms
        self._looked_at = 0
        self._tallies = [Tally() for _ in check.rules]
        self._pairs = list(zip(check.rules, self._tallies, strict=True))

    def look(self, thing: Thing, size: int = 1) -> None:
        """Judges a thing; its size is how many rows it stands for."""
        self._looked_at += size
        for rule, tally in self._pairs:
            tally.add(rule.look(thing, self._terms))

    def verdict(self) -> Verdict:
        rule, tally = self._decided()
        return Verdict(
            check=self.check.name,
            meaning=rule.meaning,
            certainty=self.check.certainty or certainty_of(self.check.needs),
            looked_at=self._looked_at,
            count=tally.count,
            findings=tuple(replace(finding, check=self.check.name) for finding in tally.findings),
            not_made=self.not_made,
        )

    def _decided(self) -> tuple[Rule[Thing], Tally]:
        """The usual rule, unless it is broken often and another one less than half as often."""
        usual = self._pairs[0]
        other = min(self._pairs, key=lambda pair: pair[1].broken)
        clear = usual[1].broken >= EVIDENCE_MIN and other[1].broken * 2 < usual[1].broken
        return other if clear else usual


def certainty_of(needs: Mapping[TableName, Iterable[str]]) -> Certainty:
    """The least of the columns that are needed, with those that no table can do without."""
    ranks = list(Certainty)
    columns = (
        column
        for table, names in needs.items()
        for name, column in COLUMNS[table].items()
        if column.required or name in names
    )
    return max((column.certainty for column in columns), key=ranks.index, default=Certainty.VERIFIED)


def unmet(needs: Mapping[TableName, Iterable[str]], terms: Terms, absent: Mapping[TableName, str]) -> str:
    """What a check lacks; empty where it can be made."""
    for table, columns in needs.items():
        if table not in terms.columns:
            return absent.get(table, f"the table {table.value} is not there")
        missing = [name for name in columns if name not in terms.columns[table]]
        if missing:
            fields = ", ".join(COLUMNS[table][name].field for name in missing)
            return f"the site's table {table.value} has no column {fields}"
    return ""
