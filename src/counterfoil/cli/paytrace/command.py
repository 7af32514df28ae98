"""The group of commands."""

from __future__ import annotations

import typer

from counterfoil.cli.paytrace import cards, connecting, effects, looking, pushes, reading, routes, settings

app = typer.Typer(help="Merchant accounts at PayTrace: connected, checked, listed.", no_args_is_help=True)
app.command()(connecting.connect)
app.command()(connecting.rotate)
app.command("list")(looking.list_)
app.command()(looking.check)
app.command("settings")(settings.settings)
app.command("read-again")(reading.read_again)
app.command()(cards.take_card)
app.command()(cards.cards)
app.command("end-card")(cards.end)
app.command()(cards.pay_link)
app.add_typer(routes.app, name="routes")
app.add_typer(pushes.app, name="push")
app.add_typer(effects.app, name="effects")
