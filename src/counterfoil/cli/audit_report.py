"""An audit as it is told: every finding named, beside the baseline, in the site's own words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from counterfoil.connectors.sagepro.audit.baseline import Baseline, Identified, State, identified
from counterfoil.connectors.sagepro.audit.findings import Finding
from counterfoil.connectors.sagepro.audit.verdicts import Verdict
from counterfoil.connectors.sagepro.audited import AuditedBooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a finding stands, as the site names it."""

    file: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """Everything that an audit of one company found."""

    company: str
    verdicts: Sequence[Verdict]
    findings: Sequence[tuple[Place, Identified]]
    gone: int
    """Findings of the baseline that are not there any more."""
    changed: Sequence[str]
    """Tables that were written to while the audit read them."""

    @property
    def fresh(self) -> int:
        """How many findings are not in the baseline, or are off by another amount than there.

        What a check found beyond those that are kept counts as new.
        """
        kept = sum(each.state is not State.KNOWN for _, each in self.findings)
        return kept + sum(verdict.count - len(verdict.findings) for verdict in self.verdicts)

    def of(self, check: str) -> Sequence[tuple[Place, Identified]]:
        return [(place, each) for place, each in self.findings if each.finding.check == check]


def make_report(books: AuditedBooks, verdicts: Sequence[Verdict], baseline: Baseline) -> AuditReport:
    found = list(identified(_all(verdicts), baseline))
    places = (
        Place(
            file=books.file(each.finding.table),
            field=books.field(each.finding.table, each.finding.column),
        )
        for each in found
    )
    return AuditReport(
        company=baseline.company,
        verdicts=verdicts,
        findings=list(zip(places, found, strict=True)),
        gone=len(baseline.gone(found)),
        changed=books.changed,
    )


def _all(verdicts: Iterable[Verdict]) -> Iterable[Finding]:
    return (finding for verdict in verdicts for finding in verdict.findings)
