"""What is safe, unsafe or unknown of each posting kind at one site, judged from what was found there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from counterfoil.connectors.sagepro.calibration.proof import Proof
from counterfoil.connectors.sagepro.discovery.further import Further
from counterfoil.connectors.sagepro.kinds import (
    DEPOSIT,
    DISCOUNT,
    FILES_ALONE,
    IDENTIFICATION,
    ON_ACCOUNT,
    ON_INVOICES,
    OVERPAYMENT,
    SURCHARGE,
    UNSEEN,
    WRITE_OFF,
    kinds,
    kinds_of_word,
    taken_back,
    tenders_of,
)
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import COLUMNS, Certainty, TableName
from counterfoil.domain.payment import Tender


class Verdict(StrEnum):
    """Whether a posting kind may be trusted at this site."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindVerdict:
    """One posting kind, by one tender where it moves money, with the reasons; none where it is safe."""

    kind: str
    tender: Tender | None = None
    unsafe: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    word: str = ""
    """Who vouched for it, where it was not compared."""
    is_unused: bool = False
    """The profile or the site lacks what such postings need, so that they are refused."""

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.tender.value}" if self.tender else self.kind

    @property
    def verdict(self) -> Verdict:
        return Verdict.UNSAFE if self.unsafe else Verdict.UNKNOWN if self.unknown else Verdict.SAFE

    @property
    def reasons(self) -> tuple[str, ...]:
        return (*self.unsafe, *self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found at the site."""

    problems: Collection[str]
    """What keeps the agent from starting."""
    columns: Mapping[TableName, Collection[str]]
    """Our columns that the site's tables have."""
    accounts: Collection[str] | None
    """The accounts of the chart; None where it could not be read."""
    further: Further = field(default_factory=Further)
    calibrated: Mapping[str, Proof] = field(default_factory=dict)
    """The posting kinds that were compared with what Sage Pro writes, and what that proves."""


_RECEIPT = (
    TableName.CUSTOMERS,
    TableName.DOCUMENTS,
    TableName.DOCUMENT_HISTORY,
    TableName.CASH,
    TableName.DISTRIBUTIONS,
)
WRITES: Mapping[str, tuple[TableName, ...]] = {
    **dict.fromkeys((ON_INVOICES, DISCOUNT, WRITE_OFF, SURCHARGE, IDENTIFICATION), _RECEIPT),
    **dict.fromkeys((ON_ACCOUNT, OVERPAYMENT, DEPOSIT), (*_RECEIPT, TableName.LINES)),
}
"""The tables that posting kinds write, as far as the guesses in them are told of one by one."""

_ACCOUNTS: Mapping[str, str] = {
    DISCOUNT: "discount",
    WRITE_OFF: "write_off",
    SURCHARGE: "surcharge",
    IDENTIFICATION: "unidentified",
    **dict.fromkeys(kinds_of_word("unidentified_receipt"), "unidentified"),
    **dict.fromkeys(kinds_of_word("credit_memo"), "returns"),
}
"""The account that a kind needs beside those of every receipt, by its name in the profile."""


def judge(profile: Profile, evidence: Evidence) -> list[KindVerdict]:
    """One verdict for each posting kind, and for each tender where it moves money."""
    return [
        KindVerdict(
            kind=kind,
            tender=tender,
            unsafe=(
                *_unsafe(profile, evidence, tender),
                *_not_in_chart(profile, evidence, kind),
                *evidence.further.unsafe.get(kind, ()),
                *_proof(evidence, kind).differences,
            ),
            unknown=(*_unnamed(profile, kind), *_open(evidence, kind)),
            word=_proof(evidence, kind).word,
            is_unused=_is_unused(profile, evidence, kind, tender),
        )
        for kind in kinds()
        for tender in tenders_of(kind)
    ]


def _is_unused(profile: Profile, evidence: Evidence, kind: str, tender: Tender | None) -> bool:
    without_account = tender is not None and not profile.accounts.clearing.get(tender)
    return without_account or kind in evidence.further.unused or any(_unnamed(profile, kind))


def _unnamed(profile: Profile, kind: str) -> Iterator[str]:
    """What the profile leaves out, so that postings of the kind are refused."""
    kind = taken_back(kind)
    entry = _ACCOUNTS.get(kind)
    if entry is not None and not getattr(profile.accounts, entry):
        yield f"the profile names no account under accounts.{entry}: such postings are refused"
    if kind in kinds_of_word("payment_note") and not profile.notes:
        yield "the profile names no column under notes: nothing is noted"


def _unsafe(profile: Profile, evidence: Evidence, tender: Tender | None) -> Iterator[str]:
    yield from evidence.problems
    named = {"accounts.receivable": profile.accounts.receivable}
    if tender is not None:
        entry = f"accounts.clearing.{tender.value}"
        named = {entry: profile.accounts.clearing.get(tender, ""), **named}
        if not named[entry]:
            yield f"the profile names no account under {entry}: name one"
    if evidence.accounts is None:
        return
    for entry, account in named.items():
        if account and account not in evidence.accounts:
            yield f"{entry}: the chart of accounts has no {account}; name one of its accounts"


def _not_in_chart(profile: Profile, evidence: Evidence, kind: str) -> Iterator[str]:
    entry = "deposits" if kind == DEPOSIT else _ACCOUNTS.get(kind)
    account = getattr(profile.accounts, entry) if entry else ""
    if evidence.accounts is not None and account and account not in evidence.accounts:
        yield f"accounts.{entry}: the chart of accounts has no {account}; name one of its accounts"


def _proof(evidence: Evidence, kind: str) -> Proof:
    return evidence.calibrated.get(kind, Proof())


def _open(evidence: Evidence, kind: str) -> Iterator[str]:
    """What nobody has seen Sage Pro do, and why such postings are refused."""
    if kind in evidence.further.unused:
        yield evidence.further.unused[kind]
    if kind in evidence.calibrated:
        yield from (*_proof(evidence, kind).stale, *_proof(evidence, kind).short)
    elif kind not in FILES_ALONE:
        yield f"{kind} was not calibrated: see what Sage Pro itself writes (counterfoil sagepro calibrate)"
        if kind in UNSEEN:
            yield "where Sage Pro has no way to key it, a person vouches for it (calibrate vouch)"
        yield from _guessed(evidence, WRITES.get(taken_back(kind), ()))
    if evidence.accounts is None:
        yield "the chart of accounts could not be read, so that no account was looked up"


def _guessed(evidence: Evidence, tables: Collection[TableName]) -> Iterator[str]:
    for table in tables:
        guessed = [
            COLUMNS[table][ours].field
            for ours in evidence.columns.get(table, ())
            if ours in COLUMNS[table] and COLUMNS[table][ours].certainty is Certainty.PROPOSED
        ]
        if guessed:
            yield f"what Sage Pro writes to {table.value} in {', '.join(guessed)} is proposed, not calibrated"
