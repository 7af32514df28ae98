"""`counterfoil flows suggest`: which source may fill which target, and why; nothing is applied."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from counterfoil.bootstrap.embedders import chosen_embedder
from counterfoil.cli.failures import told
from counterfoil.cli.flows.files import read_text
from counterfoil.cli.flows.listing import Books, Lists, read_lists
from counterfoil.cli.flows.options import HERE, Folder
from counterfoil.cli.foxpro.telling import AsJson, say, say_document, shown
from counterfoil.config import read_settings
from counterfoil.flows.errors import nearest
from counterfoil.flows.paths import Part, part_of, path_of
from counterfoil.flows.suggest.draft import draft_mapping, draft_name
from counterfoil.flows.suggest.learned import Learned, read_learned, write_learned
from counterfoil.flows.suggest.suggesting import Suggestion, suggest
from counterfoil.ports.errors import ConfigurationError

_INDENT = "    "


def suggest_(  # noqa: PLR0913 - a command has as many options as people need
    source: Annotated[
        str,
        typer.Argument(help="The source's fields: a file (YAML, JSON, CSV) or record:NAME; or a mapping."),
    ],
    target: Annotated[
        str | None, typer.Argument(help="The target's, likewise; left out where a mapping is given.")
    ] = None,
    *,
    connection: Annotated[
        str, typer.Option(help="Whose earlier answers count, and where new ones are kept.")
    ] = "",
    accept: Annotated[
        list[str] | None, typer.Option(help="target=source is right; learned for the connection.")
    ] = None,
    refuse: Annotated[
        list[str] | None, typer.Option(help="target=source is wrong and never suggested again.")
    ] = None,
    write: Annotated[
        Path | None, typer.Option(help="A new file for a draft of the mapping.", dir_okay=False)
    ] = None,
    site: Annotated[
        str | None, typer.Option(help="A Sage Pro site or profile, whose tables are records too.")
    ] = None,
    company: Annotated[str | None, typer.Option(help="Which company, where the site has several.")] = None,
    without_model: Annotated[bool, typer.Option("--without-model", help="By words and types alone.")] = False,
    workspace: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Suggests for each target up to three sources, with reasons; writes no mapping unasked.

    What is not sure is left blank. Answers are kept in the workspace, in suggestions/<connection>.yaml.
    A record of `counterfoil catalogue` stands for a list of fields: record:payment, or a table with --site.
    """
    with told():
        if write is not None and target is None:
            raise ConfigurationError("--write drafts a mapping of two lists; here is one already")
        lists = read_lists(source, target, Books(site, company))
        learned = _learned(connection, workspace, lists, accept or (), refuse or ())
        embedder = None if without_model else chosen_embedder(read_settings())
        by = embedder.name if embedder else "names, words and types alone: no model is installed or set"
        found = suggest(lists.sources, lists.targets, learned=learned, embedder=embedder)
        if write is not None:
            with write.open("x", encoding="utf-8") as draft:
                draft.write(draft_mapping(draft_name(write.stem), lists.sources, lists.targets, found))
    if as_json:
        say_document({"by": by, "suggestions": [_document(each) for each in found]})
        return
    _tell(found, by)
    if write is not None:
        say(f"a draft is in {write}")


def _learned(
    connection: str, workspace: Path, lists: Lists, accept: Sequence[str], refuse: Sequence[str]
) -> Learned:
    """The connection's answers, the new ones with them and kept."""
    if not connection:
        if accept or refuse:
            raise ConfigurationError("--connection names whose answers these are")
        return Learned()
    place = path_of(Part.SUGGESTIONS, connection)
    if part_of(place) is not Part.SUGGESTIONS:
        raise ConfigurationError("--connection: lower-case letters, digits and _, at most 40")
    path = workspace / place
    learned = read_learned(read_text(path)) if path.is_file() else Learned()
    for pair in accept:
        learned = learned.accept(*_pair(pair, lists))
    for pair in refuse:
        learned = learned.refuse(*_pair(pair, lists))
    if accept or refuse:
        path.parent.mkdir(exist_ok=True)
        path.write_text(write_learned(learned), "utf-8")
    return learned


def _pair(text: str, lists: Lists) -> tuple[str, str]:
    target, _, source = (part.strip() for part in text.partition("="))
    for name, fields in ((target, lists.targets), (source, lists.sources)):
        names = [each.name for each in fields]
        if name not in names:
            raise ConfigurationError(
                f"{text!r}: no field {name!r}{nearest(name, names)}; write target=source"
            )
    return target, source


def _tell(found: Sequence[Suggestion], by: str) -> None:
    say(f"by {by}")
    for each in found:
        say(f"{each.target} <- {each.proposed or '(blank: nothing is sure)'}")
        for candidate in each.candidates:
            reasons = "; ".join(candidate.reasons)
            say(_INDENT + shown(f"{candidate.confidence.value:<6}  {candidate.source}: {reasons}"))
    proposed = sum(each.proposed is not None for each in found)
    say(f"{proposed} of {len(found)} proposed; nothing was applied")


def _document(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "target": suggestion.target,
        "proposed": suggestion.proposed,
        "candidates": [
            {
                "source": each.source,
                "confidence": each.confidence.value,
                "worth": each.worth,
                "reasons": [shown(reason) for reason in each.reasons],
            }
            for each in suggestion.candidates
        ],
    }
