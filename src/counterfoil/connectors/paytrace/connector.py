"""PayTrace behind the ports, over the API generation that the settings name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx2

from counterfoil.connectors.paytrace.auth import Tokens
from counterfoil.connectors.paytrace.calls import Calls
from counterfoil.connectors.paytrace.checking import (
    MONEY_UNTRIED,
    Check,
    attempt,
    judge_clock,
    judge_zone,
    try_right,
)
from counterfoil.connectors.paytrace.reading import Reading
from counterfoil.connectors.paytrace.settings import DEFAULT_ZONE, PaytraceSettings
from counterfoil.connectors.paytrace.v1 import client as v1_client
from counterfoil.connectors.paytrace.v1.gateway import V1Gateway
from counterfoil.connectors.paytrace.v1.hosted import V1Hosted
from counterfoil.connectors.paytrace.v1.recurring import V1Recurring
from counterfoil.connectors.paytrace.v1.vault import V1Vault
from counterfoil.connectors.paytrace.v3 import client as v3_client
from counterfoil.connectors.paytrace.v3.gateway import V3Gateway
from counterfoil.connectors.paytrace.v3.hosted import V3Hosted
from counterfoil.connectors.paytrace.v3.recurring import V3Recurring
from counterfoil.connectors.paytrace.v3.vault import V3Vault
from counterfoil.http.client import Answer, OutboundClient, OutboundLimits, Sender
from counterfoil.http.pin import HostPin
from counterfoil.http.watched import WatchedClient
from counterfoil.ports.breakers import CallGuard, NoGuard
from counterfoil.ports.clock import Clock
from counterfoil.ports.errors import ConfigurationError
from counterfoil.ports.gateway import Gateway, GatewayRecord
from counterfoil.ports.hosted import HostedFields
from counterfoil.ports.instructions import StoredPayer
from counterfoil.ports.recurring import RecurringPayments
from counterfoil.ports.vault import Vault

# A stored customer that nobody has: asking for it tells whether the user may ask. V3's are numbers.
_NOBODY = StoredPayer(reference="0")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaytraceConnection:
    """One merchant account behind the ports; safe for use by several threads."""

    gateway: Gateway
    vault: Vault
    recurring: RecurringPayments
    hosted: HostedFields
    zone: tzinfo
    """The zone in which PayTrace counts the days of this account."""
    clock: Clock
    ping: Callable[[], Answer]
    log_in: Callable[[], None]
    """Logs in anew, also where an earlier log-in was refused."""
    close: Callable[[], None]
    """Lets go of the network; the connection is of no more use."""

    def test_connection(self) -> tuple[Check, ...]:
        """Tries what the connection is for, step by step, without moving money; stops where one fails."""
        told: list[datetime | None] = []
        read: list[datetime] = []
        tried: list[Check] = []
        for name, act in (
            ("reach PayTrace", lambda: told.append(self.ping().told_at)),
            ("log in", self.log_in),
            ("read transactions", lambda: read.extend(self._newest_times())),
        ):
            tried.append(attempt(name, act))
            if not tried[-1].works:
                return tuple(tried)
        now = self.clock.now()
        clock, zone = judge_clock(told[0], now), judge_zone(max(read, default=None), now, self.zone)
        return (*tried, *self._rights(), clock, zone)

    def _rights(self) -> tuple[Check, ...]:
        """What the user may do, as far as calls tell that change nothing."""
        today = self.clock.now().astimezone(self.zone).date()
        return (
            try_right("read batches", lambda: self.gateway.fetch_batches(today - timedelta(days=1), today)),
            try_right("read stored customers", lambda: self.vault.find(_NOBODY)),
            try_right("hosted card fields", self.hosted.client_key),
            MONEY_UNTRIED,
        )

    def _newest_times(self) -> list[datetime]:
        """When yesterday's and today's transactions were made; a day more, since the zone may be wrong."""
        today = self.clock.now().astimezone(self.zone).date()
        records = self.gateway.fetch_range(today - timedelta(days=1), today + timedelta(days=1))
        return [record.occurred_at for record in records if isinstance(record, GatewayRecord)]


def connect(
    settings: PaytraceSettings,
    clock: Clock,
    *,
    limits: OutboundLimits | None = None,
    transport: httpx2.BaseTransport | None = None,
    newest: Callable[[], PaytraceSettings] | None = None,
    guard: CallGuard | None = None,
) -> PaytraceConnection:
    """A connection by its settings; nothing is sent yet. `newest` gives user and password for each log-in.

    `guard` stands before each call, log-ins included.

    Raises:
        ConfigurationError: the address or the zone cannot be used, or something is missing.
    """
    zone = _zone(settings.zone)
    if not (settings.merchant and settings.username and settings.password):
        raise ConfigurationError("a PayTrace connection needs a merchant, a user and a password")
    client = OutboundClient(HostPin.parse(settings.address), limits=limits, transport=transport)
    outbound = WatchedClient(client, guard or NoGuard())
    match settings.generation:
        case "v1":
            tokens = Tokens(outbound, lambda: v1_client.grant(newest() if newest else settings), clock)
            return _v1(settings, outbound, tokens, zone, clock)
        case "v3":
            tokens = Tokens(outbound, lambda: v3_client.grant(newest() if newest else settings), clock)
            return _v3(settings, outbound, tokens, zone, clock)


def _v1(
    settings: PaytraceSettings, outbound: Sender, tokens: Tokens, zone: tzinfo, clock: Clock
) -> PaytraceConnection:
    calls = Calls(outbound, tokens, {}, v1_client.is_token_refused)
    client = v1_client.PaytraceClient(calls, settings.integrator_id)
    reading = Reading(merchant=settings.merchant, clock=clock, zone=zone)
    return PaytraceConnection(
        gateway=V1Gateway(client, reading, zone),
        vault=V1Vault(client),
        recurring=V1Recurring(client, reading),
        hosted=V1Hosted(client, settings.address),
        zone=zone,
        clock=clock,
        ping=client.ping,
        log_in=client.log_in,
        close=client.close,
    )


def _v3(
    settings: PaytraceSettings, outbound: Sender, tokens: Tokens, zone: tzinfo, clock: Clock
) -> PaytraceConnection:
    if settings.merchant_number is None:
        raise ConfigurationError("V3 wants the account's own number at PayTrace (merchant_number)")
    calls = Calls(outbound, tokens, v3_client.headers(settings), v3_client.is_token_refused)
    client = v3_client.V3Client(calls, settings.merchant_number)
    reading = Reading(merchant=settings.merchant, clock=clock, zone=zone)
    return PaytraceConnection(
        gateway=V3Gateway(client, reading, zone, settings.entry_class),
        vault=V3Vault(client),
        recurring=V3Recurring(client, settings.entry_class),
        hosted=V3Hosted(client, settings.address),
        zone=zone,
        clock=clock,
        ping=client.ping,
        log_in=client.log_in,
        close=client.close,
    )


def _zone(written: str) -> tzinfo:
    try:
        return ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"{written!r} is no time zone; write it as {DEFAULT_ZONE} is written"
        ) from error
