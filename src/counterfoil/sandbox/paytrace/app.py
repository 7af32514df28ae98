"""The sandbox as one ASGI app, in process or behind a socket."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware

from counterfoil.ports.clock import Clock
from counterfoil.ports.ids import IdSource
from counterfoil.sandbox.paytrace.checkout import Checkout
from counterfoil.sandbox.paytrace.checkout_pages import CheckoutPages
from counterfoil.sandbox.paytrace.control import routes as control
from counterfoil.sandbox.paytrace.control.controls import Controls
from counterfoil.sandbox.paytrace.door import Hold
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


def create_app(
    ledger: Ledger,
    clock: Clock,
    ids: IdSource,
    settings: Settings,
    *,
    sender: SilentPostSender | None = None,
    hold: Hold | None = None,
) -> Starlette:
    """One merchant account with the v1 wire and the hosted checkout.

    A test may give its own sender of silent posts, and its own way to hold back the answer to a charge.
    """
    virtual = VirtualClock(clock, ledger.documents)
    gateway = Gateway(ledger, virtual, ids, settings)
    nightly = Nightly(gateway, daily_jobs(gateway))
    posts, faults = Posts(gateway, sender or HttpSender()), Faults()
    controls = Controls(gateway=gateway, clock=virtual, nightly=nightly, faults=faults, posts=posts)
    door = v1.open_door(gateway, hold)
    pages = CheckoutPages(Checkout(gateway, ids, posts), door)
    merchants = Merchants([gateway])
    return Starlette(
        routes=[
            *v1.routes(door),
            *v3.routes(merchants, hold),
            *pages.routes(),
            *HostedFieldsPages(merchants).routes(),
            *control.routes(controls),
        ],
        middleware=[
            Middleware(Faulty, faults, held_for=settings.answer_held_for, slow_for=settings.answer_slow_for),
            Middleware(CatchUp, nightly),
        ],
    )
