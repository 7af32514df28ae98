"""The findings that were there when a company was connected, so that new ones stand out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from counterfoil.connectors.sagepro.audit.findings import Finding
from counterfoil.ports.errors import ConfigurationError
from counterfoil.security.card_guard import scrub_text

FORMAT = "counterfoil-audit-baseline-2"
_ID_LENGTH = 16


class State(Enum):
    """How a finding stands beside the baseline."""

    NEW = "new"
    CHANGED = "changed"
    """It was known, but by another difference."""
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Known:
    """What a baseline keeps of a finding: by how much it was off, and who is to mend or explain it."""

    off: str
    owner: str


@dataclass(frozen=True, slots=True)
class Identified:
    """A finding with the name that it keeps from one audit to the next."""

    id: str
    finding: Finding
    state: State = State.NEW
    owner: str = ""
    """Who is to mend it, where it is known."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The findings of an earlier audit of one company: by how much each was off."""

    company: str
    known: Mapping[str, Known] = field(default_factory=dict)

    def state_of(self, name: str, finding: Finding) -> State:
        if name not in self.known:
            return State.NEW
        return State.KNOWN if self.known[name].off == _amount(finding) else State.CHANGED

    def owner_of(self, name: str) -> str:
        return self.known[name].owner if name in self.known else ""

    def gone(self, found: Iterable[Identified]) -> frozenset[str]:
        """What was known and is not found any more."""
        return frozenset(self.known) - {each.id for each in found}


def identified(findings: Iterable[Finding], baseline: Baseline) -> Iterator[Identified]:
    """Names each finding by its check, table, key and column: record numbers change with a PACK."""
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        parts = (finding.check, finding.table.value, finding.key, finding.column)
        seen[parts] += 1
        text = "\x1f".join((*parts, str(seen[parts])))
        name = hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
        yield Identified(name, finding, baseline.state_of(name, finding), baseline.owner_of(name))


def render_baseline(company: str, found: Iterable[Identified], owner: str) -> str:
    """Everything that was found, as known; what had an owner keeps it, the rest gets this one."""
    entries = {
        each.id: {
            "check": each.finding.check,
            "table": each.finding.table.value,
            "key": scrub_text(each.finding.key),
            "column": each.finding.column,
            "off": _amount(each.finding),
            "owner": each.owner or owner,
        }
        for each in found
    }
    return json.dumps({"format": FORMAT, "company": company, "findings": entries}, indent=1) + "\n"


def parse_baseline(text: str, *, company: str, source: str) -> Baseline:
    """The baseline that `render_baseline` wrote.

    Raises:
        ConfigurationError: the text is no baseline, or one of another company.
    """
    again = "write a new one with --write-baseline"
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise ConfigurationError(f"{source} has the format {document['format']}, not {FORMAT}: {again}")
        known = {
            str(name): Known(str(entry["off"]), str(entry["owner"]))
            for name, entry in document["findings"].items()
        }
        kept_for = str(document["company"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{source} is no baseline of an audit: {again}") from error
    if kept_for != company:
        raise ConfigurationError(f"{source} is the baseline of company {kept_for}, not of {company}: {again}")
    return Baseline(kept_for, known)


def _amount(finding: Finding) -> str:
    """By how much it is off; of what is no number, what was found, and never a card number."""
    return scrub_text(finding.found) if finding.difference is None else f"{finding.difference:.4f}"
