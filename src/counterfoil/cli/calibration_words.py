"""What a person says on the command line about a clerk's work, as the fact that it stands for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import typer

from counterfoil.connectors.sagepro.calibration.calibrating import Former, Work
from counterfoil.connectors.sagepro.calibration.said import (
    SaidReceipt,
    application_of,
    parse_amount,
    parse_amounts,
    receipt_of,
    reversal_of,
)
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.domain.facts.fact import Fact
from counterfoil.domain.payment import Tender
from counterfoil.ports.encoding import FACT
from counterfoil.ports.errors import ConfigurationError, EncodingError

OBSERVE, RECEIPT, APPLICATION, REVERSAL = "observe", "receipt", "credit_application", "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The options of the command, as they were given."""

    kind: str
    by: str
    customer: str
    credit: str
    invoices: list[str]
    discounts: list[str]
    write_offs: list[str]
    on_account: str
    amount: str
    reference: str
    day: date | None
    tender: Tender
    undoes: Path | None
    fact: Path | None
    what: str


def keyed_work(profile: Profile, said: Said, now: datetime) -> Work:
    """What was keyed; what is missing of a receipt is asked for.

    Raises:
        ConfigurationError: what was said contradicts itself, or is not enough.
    """
    person, day = said.by.strip(), said.day or now.astimezone(profile.zone).date()
    former = _noted(said.undoes) if said.undoes else None
    if said.kind == OBSERVE:
        return Work(person=person, name=said.what.strip() or _asked("What was it, in a few words"))
    if said.kind == RECEIPT and said.fact is None:
        told = _said_receipt(said, day)
        return Work(
            person=person, fact=receipt_of(told, profile.currency, profile.company, now), former=former
        )
    if said.kind == APPLICATION and said.fact is None:
        credit, told = said.credit or _asked("Number of the credit"), _said_receipt(said, day)
        applied = application_of(told, credit, profile.currency, profile.company, now)
        return Work(person=person, fact=applied, former=former)
    if said.kind == REVERSAL and said.fact is None:
        if former is None:
            raise ConfigurationError("name with --undoes the later snapshot of what was voided")
        return Work(person=person, fact=reversal_of(former.fact, day), former=former)
    if said.kind not in FACT.members:
        known = ", ".join(FACT.members)
        raise ConfigurationError(f"{said.kind!r} is no kind of fact: choose {known}, or observe")
    if said.fact is None:
        raise ConfigurationError(f"give the {said.kind.replace('_', ' ')} as a JSON file with --fact")
    return Work(person=person, fact=_read(said.fact), former=former)


def note_work(before: Path, after: Path, work: Work) -> None:
    """Keeps beside the later snapshot what was keyed, for what undoes it or builds on it."""
    if work.fact is not None:
        body = {"before": str(before.resolve()), "fact": FACT.encode(work.fact)}
        _note_path(after).write_text(json.dumps(body, ensure_ascii=False, indent=2), "utf-8")


def _said_receipt(said: Said, day: date) -> SaidReceipt:
    """What was received or applied; what is missing is asked for."""
    invoices = parse_amounts(said.invoices)
    on_account = parse_amount(said.on_account)
    customer = said.customer or _asked("Customer")
    if not invoices and not on_account:
        invoices = parse_amounts([_asked("Invoice and amount, such as 1001=100.00")])
    reference = said.reference or _asked("Check or reference number as typed")
    whole = sum(invoices.values(), Decimal(0)) + on_account
    if said.amount and parse_amount(said.amount) != whole:
        raise ConfigurationError(f"the parts sum to {whole}, not to {said.amount}")
    return SaidReceipt(
        customer=customer,
        invoices=invoices,
        discounts=parse_amounts(said.discounts),
        write_offs=parse_amounts(said.write_offs),
        on_account=on_account,
        day=day,
        tender=said.tender,
        reference=reference,
    )


def _asked(text: str) -> str:
    return str(typer.prompt(text)).strip()


def _noted(after: Path) -> Former:
    try:
        body = json.loads(_note_path(after).read_text("utf-8"))
        return Former(fact=FACT.decode(body["fact"]), before=Path(body["before"]), after=after)
    except (OSError, ValueError, KeyError, EncodingError) as error:
        raise ConfigurationError(
            f"beside {after} nothing tells what was keyed ({error}): compare that snapshot first"
        ) from error


def _note_path(after: Path) -> Path:
    return after.with_name(f"{after.name}.keyed.json")


def _read(path: Path) -> Fact:
    try:
        return FACT.decode(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, EncodingError) as error:
        raise ConfigurationError(f"{path} is no fact: {error}") from error
