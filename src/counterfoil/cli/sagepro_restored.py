"""`counterfoil sagepro restored`: postings that a restore took away, shown and decided as one batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli import sagepro_marked
from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.company import SageProCompany
from counterfoil.connectors.sagepro.company_lock import HeldError
from counterfoil.connectors.sagepro.editions import watch
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile, read_profile
from counterfoil.connectors.sagepro.translation import translated
from counterfoil.connectors.sagepro.watch.decisions import Decisions, Verdict
from counterfoil.connectors.sagepro.watch.ledger_copy import LedgerCopy
from counterfoil.connectors.sagepro.watch.restored import Astray, Decision, decide, find_astray
from counterfoil.domain.facts.fact import Fact
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.encoding import POSTING_ANSWER
from counterfoil.ports.erp import AlreadyPosted, Posted, PostingAnswer
from counterfoil.ports.errors import ConfigurationError, CounterfoilError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What is to be decided, what was decided and is not posted yet, and where decisions go."""

    astray: tuple[Astray, ...]
    waiting: tuple[Fact, ...]
    book: Decisions
    copy: LedgerCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What a person decides, where they do."""

    verdict: Verdict | None
    markers: tuple[str, ...]
    """Of rows that are accepted though no ledger tells of them."""
    person: str


def restored(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")],
    *,
    repost: Annotated[
        bool, typer.Option("--repost", help="Post all that is missing again, under the same keys.")
    ] = False,
    accept: Annotated[bool, typer.Option("--accept", help="What is missing is gone and stays so.")] = False,
    accept_rows: Annotated[
        list[str] | None,
        typer.Option(help="A marker whose rows are a posting of ours though no ledger tells so, or all."),
    ] = None,
    person: Annotated[str, typer.Option(help="Who reviewed the batch; kept in the posting ledger.")] = "",
    as_json: AsJson = False,
) -> None:
    """Shows postings that a restore of tables or ledger took away, and takes a person's decision.

    Until then nothing is posted to the company. The agent may run meanwhile.
    """
    try:
        with translated():
            asked = _Asked(
                verdict=_verdict(repost=repost, accept=accept),
                markers=tuple(accept_rows or ()),
                person=person.strip(),
            )
            _run(read_profile(profile), asked, as_json=as_json)
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error


def _verdict(*, repost: bool, accept: bool) -> Verdict | None:
    if repost and accept:
        raise ConfigurationError("a batch is decided once: give either --repost or --accept")
    return Verdict.REPOST if repost else Verdict.GONE if accept else None


def _run(profile: Profile, asked: _Asked, *, as_json: bool) -> None:
    answers = _decided(profile, asked)
    accepted = sagepro_marked.accept(profile, asked.markers, asked.person) if asked.markers else ()
    with _open(profile) as left:
        pass
    astray, waiting = (left.astray, left.waiting) if left is not None else ((), ())
    # What only the ledger's copy knows is told of above, and its rows bear the markers of its postings.
    lacking = {str(getattr(one.fact, "reference", "")) for one in astray}
    marked = [one for one in sagepro_marked.unproven(profile) if one.marker not in lacking]
    if left is None and not marked and not accepted:
        _require_nothing_posted(profile)
    if as_json:
        listed = {"unproven": sagepro_marked.document(marked), "accepted": sagepro_marked.document(accepted)}
        say_document(_document(astray, waiting, answers) | listed)
    else:
        sagepro_marked.tell(accepted, marked)
        _tell(astray, waiting, answers)
    if astray or waiting or marked:
        raise typer.Exit(FINDINGS)


def _decided(profile: Profile, asked: _Asked) -> tuple[PostingAnswer, ...]:
    """Carries out the decision about what the ledger or its copy knows."""
    waiting: tuple[Fact, ...] = ()
    if asked.verdict is None:
        return ()
    with _open(profile) as batch:
        if batch is not None:
            decision = Decision(verdict=asked.verdict, person=asked.person, at=SystemClock().now())
            decide(batch.astray, decision, batch.book, batch.copy)
            waiting = batch.book.waiting()
    return _post_again(profile, waiting) if asked.verdict is Verdict.REPOST and waiting else ()


@contextmanager
def _open(profile: Profile) -> Iterator[_Batch | None]:
    """None where nothing was ever posted."""
    with watch(profile) as watched, closing(LedgerCopy(profile, own_folder(profile))) as copy:
        book = watched.decisions
        if book is None:
            yield None
            return
        with watched.site.look() as look:
            astray = find_astray(look, copy, book)
            yield _Batch(astray=astray, waiting=book.waiting(), book=book, copy=copy)


def _require_nothing_posted(profile: Profile) -> None:
    """Without ledger and rows, as in books of before Counterfoil, the ledger's copy may tell of postings."""
    with closing(LedgerCopy(profile, own_folder(profile))) as copy:
        if copy.tells_of_any():
            raise ConfigurationError(
                "the posting ledger is missing, and its copy tells of postings: start the agent once, which"
                " makes an empty ledger and holds the company, then ask again"
            )


def _post_again(profile: Profile, facts: tuple[Fact, ...]) -> tuple[PostingAnswer, ...]:
    """By the agent where one runs, else here and now."""
    try:
        with SageProCompany(profile, SystemClock()) as company:
            return company.post(facts)
    except HeldError:
        return ()


def _tell(astray: tuple[Astray, ...], waiting: tuple[Fact, ...], answers: tuple[PostingAnswer, ...]) -> None:
    for answer in answers:
        match answer:
            case Posted() | AlreadyPosted(first=Posted()):
                posted = answer.first if isinstance(answer, AlreadyPosted) else answer
                say(f"posted again  {shown(posted.fact.summary)}  {shown(str(posted.key))}")
            case _:
                say(f"not posted  {answer.key}: {shown(str(getattr(answer, 'why', '') or answer))}")
    for lacks, count in Counter(one.lacks for one in astray).items():
        say(f"{count} postings are {lacks.value} any more:")
        for one in astray:
            if one.lacks is lacks:
                day = f"{one.posted_at:%Y-%m-%d %H:%M}"
                say(f"    {day}  {shown(one.fact.summary)}  {shown(one.record.key)}")
    for fact in waiting:
        say(f"to be posted again  {shown(fact.summary)}  {shown(str(fact.key))}")
    if not astray and not waiting:
        say("Every posting of the ledger stands in the books.")


def _document(
    astray: tuple[Astray, ...], waiting: tuple[Fact, ...], answers: tuple[PostingAnswer, ...]
) -> dict[str, Any]:
    return {
        "astray": [
            {
                "key": one.record.key,
                "posting": one.fact.summary,
                "document": one.document,
                "posted_at": one.posted_at.isoformat(),
                "lacks": one.lacks.name.lower(),
            }
            for one in astray
        ],
        "waiting": [str(fact.key) for fact in waiting],
        "answers": [POSTING_ANSWER.encode(answer) for answer in answers],
    }
