"""The group of commands."""

from __future__ import annotations

import typer

from counterfoil.cli.flows import (
    checking,
    drawing,
    exchange,
    keeping_key,
    promoting,
    recording,
    scheduling,
    shipped,
    suggesting,
    testing,
    workspace,
)
from counterfoil.cli.flows.mapping import map_

app = typer.Typer(
    help="Flows and the mappings in them: checked, tried, kept, and brought from Dev to Production.",
    no_args_is_help=True,
)

app.command("map")(map_)
app.command("suggest")(suggesting.suggest_)
app.command("model-key")(keeping_key.model_key)
app.command("validate")(checking.validate)
app.command("schema")(checking.schema)
app.command("draw")(drawing.draw)
app.command("test")(testing.run)
app.command("record")(recording.record)
for keep in (workspace.init, workspace.save, workspace.diff, workspace.history):
    app.command()(keep)
for bring in (promoting.plan, promoting.deploy, promoting.requests, promoting.approve):
    app.command()(bring)
app.command()(promoting.refuse)
app.command()(promoting.rollback)
app.command()(exchange.export)
app.command("import")(exchange.import_)
app.command()(exchange.pull)
app.command()(exchange.push)
app.command()(scheduling.schedules)
app.command()(scheduling.pause)
app.command()(scheduling.resume)
app.command()(scheduling.start)
app.command("shipped")(shipped.shipped)
app.command("add")(shipped.add)
app.command("use")(shipped.use)
