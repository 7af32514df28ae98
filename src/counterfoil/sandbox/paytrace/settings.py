"""What a sandbox merchant account is set to; what PayTrace does not document can be set here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from counterfoil.sandbox.paytrace.checks.settings import ChecksSettings
from counterfoil.sandbox.paytrace.outcomes import Reason
from counterfoil.sandbox.paytrace.triggers import TRIGGERS_BY_CENTS, Trigger
from counterfoil.sandbox.paytrace.v3.settings import V3Settings


class Permission(StrEnum):
    """What a user may be allowed."""

    SALE = "sale"
    AUTHORIZATION = "authorization"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    UNREFERENCED_REFUND = "unreferenced_refund"
    ADJUST = "adjust"
    SETTLE = "settle"
    VAULT = "vault"
    RECURRING = "recurring"
    CHECKS = "checks"
    EXPORT = "export"


# That refunds without a sale are off by default is documented.
USUAL_PERMISSIONS = frozenset(Permission) - {Permission.UNREFERENCED_REFUND}


class RequiredField(StrEnum):
    """What a merchant may demand of every sale and authorisation."""

    INVOICE_ID = "invoice_id"
    BILLING_ADDRESS = "billing_address"
    ZIP = "zip"
    CSC = "csc"


class AutoVoid(StrEnum):
    """Which check voids an approved charge at once when it finds no match."""

    AVS = "avs"
    CSC = "csc"


@dataclass(frozen=True, slots=True)
class SandboxUser:
    """A user who may log in, with what the user may do; None is no ceiling."""

    name: str
    password: str = field(repr=False)
    permissions: frozenset[Permission] = USUAL_PERMISSIONS
    sale_ceiling_cents: int | None = None
    refund_ceiling_cents: int | None = None


# The demo user of the vendor's own public samples.
DEMO_USER = SandboxUser("demo123", "demo123")

# The vendor sits there and runs its nightly work by its clock; that its times are local to it is inferred.
PACIFIC = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedFieldsSettings:
    """How long the keys and tokens of hosted fields live: assumed."""

    client_key_life: timedelta = timedelta(hours=2)
    token_life: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One merchant account of the sandbox."""

    users: tuple[SandboxUser, ...] = (DEMO_USER,)
    zone: ZoneInfo = PACIFIC
    token_life: timedelta = timedelta(seconds=7200)
    duplicate_window: timedelta = timedelta(0)
    """Same card, amount, invoice and user within it is refused; zero switches the check off."""
    required_fields: frozenset[RequiredField] = frozenset()
    auto_void: frozenset[AutoVoid] = frozenset()
    daily_transactions_max: int | None = None
    """Sales and authorisations that a day may bring; declined ones do not count."""
    batch_time: time | None = time(21)
    """When everything pending is settled, each day in the account's zone: assumed; None settles on demand."""
    recurring_time: time = time(1)
    """When recurring payments are made: documented."""
    authorization_life: timedelta = timedelta(days=10)
    """An authorisation older than this lapses at midnight."""
    export_lag: timedelta = timedelta(0)
    """How long a new transaction is missing from exports by date."""
    answer_slow_for: timedelta = timedelta(seconds=10)
    """How late an answer is that a tester made slow."""
    chargeback_fee_cents: int = 2500
    """What the processor charges for each; zero is none."""
    control_token: str = field(default="", repr=False)
    """What the control page and API ask for; empty lets this machine alone in."""
    silent_post_url: str = ""
    """Where silent posts go when the order names no address of its own; empty sends none."""
    triggers_by_cents: Mapping[int, Trigger] = field(default_factory=lambda: TRIGGERS_BY_CENTS)
    answer_held_for: timedelta = timedelta(seconds=120)
    decline_status: int = 200
    """The HTTP code of a decline: assumed."""
    captured_type: str = "AUTHORIZATION"
    """The exported type of a captured authorisation: assumed."""
    error_codes: Mapping[Reason, int] = field(default_factory=dict)
    """Replaces assumed codes of the `errors` map."""
    merchant_id: int = 100_001
    """The account's number on the V3 wire."""
    hosted_fields: HostedFieldsSettings = field(default_factory=HostedFieldsSettings)
    checks: ChecksSettings = field(default_factory=ChecksSettings)
    v3: V3Settings = field(default_factory=V3Settings)
