"""`counterfoil sagepro by-hand`: payments that may have been keyed by hand, shown and judged."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.cli.foxpro.telling import CANNOT, FINDINGS, AsJson, say, say_document, say_error, shown
from counterfoil.connectors.sagepro.hand_keyed import HandKeyed, Question
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import read_profile
from counterfoil.ports.clock import SystemClock
from counterfoil.ports.encoding import encode
from counterfoil.ports.errors import ConfigurationError, CounterfoilError


def by_hand(
    profile: Annotated[Path, typer.Argument(help="The company's profile (YAML).")],
    *,
    link: Annotated[
        int | None, typer.Option(help="The number of a question: the payment is the receipt in the books.")
    ] = None,
    receipt: Annotated[int, typer.Option(help="Which of the question's receipts it is.")] = 1,
    post: Annotated[
        int | None, typer.Option(help="The number of a question: the receipts are other money, post it.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who judges; kept for good.")] = "",
    as_json: AsJson = False,
) -> None:
    """Shows payments that wait because somebody may have keyed them, and takes a person's judgement.

    The agent may run meanwhile; the payment's next try, within a quarter of an hour, obeys the judgement.
    """
    try:
        questions = _judged(HandKeyed(own_folder(read_profile(profile))), link, receipt, post, by)
    except CounterfoilError as error:
        say_error(str(error))
        raise typer.Exit(CANNOT) from error
    if as_json:
        say_document({"open": [_entry(question) for question in questions]})
    else:
        _tell(questions)
    if questions:
        raise typer.Exit(FINDINGS)


def _judged(
    book: HandKeyed, link: int | None, receipt: int, post: int | None, by: str
) -> tuple[Question, ...]:
    """What stays open."""
    person, now = by.strip(), SystemClock().now()
    if link is not None and post is not None:
        raise ConfigurationError("a question has one answer: give either --link or --post")
    if link is not None:
        question = book.link(link, receipt, person, now)
        say(f"linked  {question.fact.summary} is {question.receipts[receipt - 1].summary}")
    if post is not None:
        question = book.set_apart(post, person, now)
        say(f"apart  {question.fact.summary} will be posted")
    return book.open_questions()


def _tell(questions: tuple[Question, ...]) -> None:
    for question in questions:
        say(f"{question.number}  {shown(question.fact.summary)}  {question.fact.key}")
        for place, receipt in enumerate(question.receipts, start=1):
            say(f"    {place}  {shown(receipt.summary)}")
    if not questions:
        say("No payment waits for a person.")


def _entry(question: Question) -> dict[str, Any]:
    return {
        "number": question.number,
        "payment": question.fact.summary,
        "key": str(question.fact.key),
        "receipts": [encode(receipt) for receipt in question.receipts],
    }
