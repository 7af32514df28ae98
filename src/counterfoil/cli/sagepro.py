"""`counterfoil sagepro`: looks at a Sage Pro site."""

from __future__ import annotations

import typer

from counterfoil.cli.sagepro_audit import audit
from counterfoil.cli.sagepro_by_hand import by_hand
from counterfoil.cli.sagepro_calibrate import app as calibrate
from counterfoil.cli.sagepro_changes import changes
from counterfoil.cli.sagepro_check import check
from counterfoil.cli.sagepro_discover import discover
from counterfoil.cli.sagepro_outbox import app as outbox
from counterfoil.cli.sagepro_quarantine import quarantine
from counterfoil.cli.sagepro_restored import restored
from counterfoil.cli.sagepro_shadow import shadow
from counterfoil.cli.sagepro_trust import app as trust

app = typer.Typer(
    help="Looks at a Sage Pro site and its books, and decides what may be posted to them.",
    no_args_is_help=True,
)

app.command()(audit)
app.command()(discover)
app.command()(check)
app.command()(quarantine)
app.command()(by_hand)
app.command()(changes)
app.command()(restored)
app.add_typer(calibrate, name="calibrate")
app.add_typer(trust, name="trust")
app.command()(shadow)
app.add_typer(outbox, name="outbox")
