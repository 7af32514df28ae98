"""`counterfoil flows draw`: a flow as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.failures import told
from counterfoil.cli.flows.files import read_whole_flow
from counterfoil.cli.foxpro.telling import say
from counterfoil.flows.library import SHIPPED, read_library_flow
from counterfoil.flows.picture.svg import draw_flow
from counterfoil.flows.validate import read_flow
from counterfoil.runtime.catalogue import shipped_catalogue


def draw(
    flow: Annotated[str, typer.Argument(help="A flow (YAML), or the name of a shipped one.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Where the picture is written; else it is printed.")
    ] = None,
) -> None:
    """Draws a flow that may run as a picture (SVG): a card for each node, in the order of a run."""
    with told():
        catalogue = shipped_catalogue()
        text = read_library_flow(flow) if flow in SHIPPED else read_whole_flow(Path(flow))
        picture = draw_flow(read_flow(text, catalogue), catalogue)
        if out is not None:
            out.write_text(picture, "utf-8")
    if out is None:
        typer.echo(picture, nl=False)
    else:
        say(f"the picture is in {out}")
