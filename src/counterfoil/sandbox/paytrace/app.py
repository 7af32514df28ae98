"""The sandbox as one ASGI app, in process or behind a socket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware

from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.checkout import Checkout
from counterfoil.sandbox.paytrace.checkout_pages import CheckoutPages
from counterfoil.sandbox.paytrace.control import routes as control
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.door import Hold
from counterfoil.sandbox.paytrace.e2ee import KeyPair
from counterfoil.sandbox.paytrace.faults import Faults, Faulty
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.hosted.pages import HostedFieldsPages
from counterfoil.sandbox.paytrace.ledger import Ledger
from counterfoil.sandbox.paytrace.merchants import Merchants
from counterfoil.sandbox.paytrace.nightly import CatchUp, Nightly, daily_jobs
from counterfoil.sandbox.paytrace.posting import Posts
from counterfoil.sandbox.paytrace.settings import Settings
from counterfoil.sandbox.paytrace.silent_post import HttpSender, SilentPostSender
from counterfoil.sandbox.paytrace.v1 import routes as v1
from counterfoil.sandbox.paytrace.v3 import routes as v3
from counterfoil.sandbox.paytrace.virtual_clock import VirtualClock


@dataclass(frozen=True, slots=True)
class Account:
    """A merchant account: its ledger and what it is set to."""

    ledger: Ledger
    settings: Settings


def create_app(
    ledger: Ledger,
    clock: Clock,
    ids: IdSource,
    settings: Settings,
    *,
    sender: SilentPostSender | None = None,
    hold: Hold | None = None,
) -> Starlette:
    """A sandbox of one merchant account."""
    return create_sandbox([Account(ledger, settings)], clock, ids, sender=sender, hold=hold)


def create_sandbox(
    accounts: Sequence[Account],
    clock: Clock,
    ids: IdSource,
    *,
    sender: SilentPostSender | None = None,
    hold: Hold | None = None,
) -> Starlette:
    """Merchant accounts with both wires and the hosted checkout.

    The control page is the first account's, and all go by its clock. A test may give its own sender of
    silent posts, and its own way to hold back the answer to a charge.
    """
    first = accounts[0]
    virtual, key_pair = VirtualClock(clock, first.ledger.documents), KeyPair()
    merchants = Merchants(
        [Gateway(account.ledger, virtual, ids, account.settings, key_pair=key_pair) for account in accounts]
    )
    nightlies = [Nightly(gateway, daily_jobs(gateway)) for gateway in merchants.gateways]
    posts = [Posts(gateway, sender or HttpSender()) for gateway in merchants.gateways]
    faults = Faults()
    controls = Controls(
        gateway=merchants.first, clock=virtual, nightly=nightlies[0], faults=faults, posts=posts[0]
    )
    door = v1.open_door(merchants, hold)
    checkouts = [
        Checkout(gateway, ids, each) for gateway, each in zip(merchants.gateways, posts, strict=True)
    ]
    return Starlette(
        routes=[
            *v1.routes(door),
            *v3.routes(merchants, hold),
            *CheckoutPages(checkouts, door).routes(),
            *HostedFieldsPages(merchants).routes(),
            *control.routes(controls),
        ],
        middleware=[
            Middleware(
                Faulty,
                faults,
                held_for=first.settings.answer_held_for,
                slow_for=first.settings.answer_slow_for,
            ),
            Middleware(CatchUp, nightlies),
        ],
    )
