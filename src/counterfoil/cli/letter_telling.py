"""How dead letters and what was done with them are told: as lines for people, as documents for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from counterfoil.cli.foxpro.telling import say, say_error, shown
from counterfoil.runtime.letter_view import LetterView
from counterfoil.store.acts import ActRow
from counterfoil.store.dead_letters import CauseRow, LetterRow
from counterfoil.store.letter_acts import Done

_TOLD_MAX = 10


def tell_letters(causes: Sequence[CauseRow], letters: Sequence[LetterRow]) -> None:
    for cause in causes:
        say(f"{cause.count:6}  {cause.cause:20}  since {cause.oldest_at:%Y-%m-%d %H:%M}  {shown(cause.why)}")
    if not letters:
        say("no dead letters")
        return
    say()
    for each in letters:
        goes_on = f"  looked at again {each.due_at:%H:%M}" if each.due_at else ""
        at = f" at {each.node}" if each.node else ""
        say(
            f"{each.id}  {each.stopped_at:%Y-%m-%d %H:%M}  {each.cause}  {shown(each.event_key)}{at}{goes_on}"
        )


def tell_letter(found: LetterView) -> None:
    letter = found.letter
    standing = "" if found.is_open else f" (no dead letter any more: it is {letter.status})"
    say(f"{shown(found.reason)}{standing}")
    say(f"  cause {letter.cause}, node {letter.node or 'none'}, {letter.attempts} attempts")
    say(f"  event {shown(letter.event_key)} ({letter.kind}), flow {letter.flow}, {letter.environment}")
    say("what happened")
    for moment in found.timeline:
        say(f"  {moment.at:%Y-%m-%d %H:%M:%S}  {shown(moment.what)}")
    for name, told in (("the event", found.event), ("what the node was given", found.inputs)):
        if told:
            say(name)
            say_values(told)
    if found.remedies:
        say("what may be done")
    for remedy in found.remedies:
        word = f"{remedy.act.value}: " if remedy.act else ""
        say(f"  {word}{shown(remedy.words)}")


def say_values(told: Mapping[str, object]) -> None:
    for name, value in told.items():
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        say(f"  {shown(name)}: {shown(written)}")


def tell_done(done: Done, word: str) -> None:
    say(f"{word}: {len(done.runs)}")
    for run, became in list(done.moved.items())[:_TOLD_MAX]:
        say_error(f"{run} was left alone: {became}")
    _tell_more(len(done.moved))
    for run in done.spared[:_TOLD_MAX]:
        say_error(f"{run} was left alone: it may have written already; retry it, or name it alone")
    _tell_more(len(done.spared))


def _tell_more(count: int) -> None:
    if count > _TOLD_MAX:
        say_error(f"and {count - _TOLD_MAX} more")


def cause_document(cause: CauseRow) -> dict[str, Any]:
    return {
        "cause": cause.cause,
        "problem": cause.problem,
        "count": cause.count,
        "why": shown(cause.why),
        "oldest_at": cause.oldest_at.isoformat(),
        "newest_at": cause.newest_at.isoformat(),
    }


def letter_document(letter: LetterRow) -> dict[str, Any]:
    return {
        "run": letter.id,
        "attempts": letter.attempts,
        "flow": letter.flow,
        "environment": letter.environment,
        "company": letter.company,
        "order_key": letter.order_key,
        "status": letter.status,
        "problem": letter.problem,
        "cause": letter.cause,
        "node": letter.node,
        "why": shown(letter.why),
        "stopped_at": letter.stopped_at.isoformat(),
        "due_at": letter.due_at.isoformat() if letter.due_at else None,
        "event_key": letter.event_key,
        "kind": letter.kind,
        "open_step": letter.open_step,
    }


def view_document(found: LetterView) -> dict[str, Any]:
    return letter_document(found.letter) | {
        "is_open": found.is_open,
        "reason": shown(found.reason),
        "event": dict(found.event),
        "inputs": dict(found.inputs),
        "steps": [
            {"step": step.node, "attempt": step.attempt, "intent": step.intent, "result": step.result}
            for step in found.steps
        ],
        "timeline": [
            {"at": moment.at.isoformat(), "what": shown(moment.what), "node": moment.node}
            for moment in found.timeline
        ],
        "remedies": [
            {"act": remedy.act.value if remedy.act else None, "words": remedy.words}
            for remedy in found.remedies
        ],
        "acts": [act_document(act) for act in found.acts],
    }


def act_document(act: ActRow) -> dict[str, Any]:
    return {
        "at": act.at.isoformat(),
        "act": act.act,
        "by": act.by,
        "why": shown(act.why),
        "run": act.run,
        "task": act.task,
        "environment": act.environment,
        "order_key": act.order_key,
        "cause": act.cause,
        "details": dict(act.details),
    }
