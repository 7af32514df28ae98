"""The intake of hints: finds the connection, checks the signature, drops card data, keeps the hint."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from typing_extensions import override

from counterfoil.connectors.paytrace.intake import MalformedPushError, Push, read_relay, read_silent_post
from counterfoil.ports.errors import TransientError
from counterfoil.store.hints import HintInbox, NewHint
from counterfoil.web.hooks import (
    HintAnswer,
    HintIntake,
    Kept,
    Malformed,
    Unavailable,
    UnknownAddress,
)


def address_digest(address: str) -> str:
    """What is stored of a silent post address: enough to know it again, too little to use it."""
    return hashlib.sha256(address.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One connection's ways in."""

    connection: str
    silent_post_digests: Sequence[str]
    """Digests of the addresses that are listened at; two while one is being replaced."""
    check_relay: Callable[[Mapping[str, str], bytes], HintAnswer | None]
    """Why a relay's message is not accepted, or None."""


class StoredHintIntake(HintIntake):
    """Keeps the hints of the given doors."""

    def __init__(self, doors: Sequence[Door], inbox: HintInbox, *, wake: Callable[[], None]) -> None:
        self._by_name = {door.connection: door for door in doors}
        self._doors = tuple(doors)
        self._inbox = inbox
        self._wake = wake

    @override
    async def silent_post(self, address: str, body: bytes) -> HintAnswer:
        door = self._door_at(address)
        if door is None:
            return UnknownAddress()
        return await self._keep(door, "silent_post", read_silent_post, body)

    @override
    async def relay(self, connection: str, headers: Mapping[str, str], body: bytes) -> HintAnswer:
        door = self._by_name.get(connection)
        if door is None:
            return UnknownAddress()
        return door.check_relay(headers, body) or await self._keep(door, "relay", read_relay, body)

    def _door_at(self, address: str) -> Door | None:
        digest = address_digest(address)
        for door in self._doors:
            if any(hmac.compare_digest(digest, known) for known in door.silent_post_digests):
                return door
        return None

    async def _keep(self, door: Door, source: str, read: Callable[[bytes], Push], body: bytes) -> HintAnswer:
        try:
            push = read(body)
        except MalformedPushError as error:
            return Malformed(str(error))
        if push.transaction is None:
            return Kept()
        hint = NewHint(
            connection=door.connection,
            source=source,
            subject=push.transaction,
            body=push.body,
            redacted=push.redacted,
        )
        try:
            is_new = await asyncio.wrap_future(self._inbox.submit(hint))
        except TransientError as error:
            return Unavailable(str(error))
        self._wake()
        return Kept(again=not is_new)
