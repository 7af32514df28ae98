"""Counterfoil's own starts on their way into the inbox."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from counterfoil.ports.errors import TransientError
from counterfoil.ports.intake import OwnEvent, OwnEventSink, OwnEventTold
from counterfoil.store.events import TOGETHER
from counterfoil.store.group_writer import ANSWER_SECONDS
from counterfoil.store.inbox import Acceptance, Accepted, Inbox, NewEvent


class StoredOwnEvents(OwnEventSink):
    """Stores them through an inbox that was started."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    @override
    def tell(self, events: Sequence[OwnEvent]) -> list[OwnEventTold]:
        """Hands over as many at once as the inbox surely takes, and waits for them."""
        told: list[OwnEventTold] = []
        for start in range(0, len(events), TOGETHER):
            waiting = [self._inbox.submit(new_event_of(event)) for event in events[start : start + TOGETHER]]
            try:
                told += [_told(future.result(ANSWER_SECONDS)) for future in waiting]
            except TimeoutError as error:
                raise TransientError("the store gave no answer in time: tell it again") from error
        return told


def new_event_of(event: OwnEvent) -> NewEvent:
    """An own start as the inbox takes it."""
    return NewEvent(
        connection=event.connection,
        company=event.company,
        key=event.key,
        source=event.source,
        kind=event.kind,
        order_key=event.order_key,
        body=event.body,
        redacted=False,
        occurred_at=event.occurred_at,
    )


def _told(answer: Acceptance) -> OwnEventTold:
    is_new = isinstance(answer, Accepted)
    return OwnEventTold(
        event=answer.event, runs=answer.runs if isinstance(answer, Accepted) else (), is_new=is_new
    )
