"""What is safe, unsafe or unknown of each posting kind at one site, judged from what was found there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, TableName
from counterfoil.domain.payment import Tender


class Verdict(StrEnum):
    """Whether a posting kind may be trusted at this site."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class KindVerdict:
    """One posting kind with the reasons; none where it is safe."""

    kind: str
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found at the site."""

    problems: Collection[str]
    """What keeps the agent from starting."""
    columns: Mapping[TableName, Collection[str]]
    """Our columns that the site's tables have."""
    accounts: Collection[str] | None
    """The accounts of the chart; None where it could not be read."""


_RECEIPT = (
    TableName.CUSTOMERS,
    TableName.DOCUMENTS,
    TableName.DOCUMENT_HISTORY,
    TableName.CASH,
    TableName.DISTRIBUTIONS,
)
WRITES: Mapping[str, tuple[TableName, ...]] = {
    "receipt on invoices": _RECEIPT,
    "payment on account": (*_RECEIPT, TableName.LINES),
}
"""The tables that each posting kind writes."""


def judge(profile: Profile, evidence: Evidence) -> list[KindVerdict]:
    """One verdict for each posting kind and tender."""
    return [
        _judged(
            f"{kind}, {tender.value}",
            list(_unsafe(profile, evidence, tender)),
            list(_open(evidence, tables)),
        )
        for kind, tables in WRITES.items()
        for tender in Tender
    ]


def _judged(kind: str, unsafe: list[str], unknown: list[str]) -> KindVerdict:
    verdict = Verdict.UNSAFE if unsafe else Verdict.UNKNOWN if unknown else Verdict.SAFE
    return KindVerdict(kind, verdict, (*unsafe, *unknown))


def _unsafe(profile: Profile, evidence: Evidence, tender: Tender) -> Iterator[str]:
    yield from evidence.problems
    named = {
        f"accounts.clearing.{tender.value}": profile.accounts.clearing.get(tender, ""),
        "accounts.receivable": profile.accounts.receivable,
    }
    if not named[f"accounts.clearing.{tender.value}"]:
        yield f"the profile names no account under accounts.clearing.{tender.value}: name one"
    if evidence.accounts is None:
        return
    for entry, account in named.items():
        if account and account not in evidence.accounts:
            yield f"{entry}: the chart of accounts has no {account}; name one of its accounts"


def _open(evidence: Evidence, tables: Collection[TableName]) -> Iterator[str]:
    """What nobody has seen Sage Pro do; calibration will answer it."""
    for table in tables:
        guessed = [
            COLUMNS[table][ours].field
            for ours in evidence.columns.get(table, ())
            if COLUMNS[table][ours].certainty is Certainty.PROPOSED
        ]
        if guessed:
            yield f"what Sage Pro writes to {table.value} in {', '.join(guessed)} is proposed, not calibrated"
    if evidence.accounts is None:
        yield "the chart of accounts could not be read, so that no account was looked up"
