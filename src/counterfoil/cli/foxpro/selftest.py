"""`counterfoil foxpro selftest`: proves the share that tables lie on."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from counterfoil.cli.foxpro.telling import FINDINGS, AsJson, say, say_document, shown, told
from counterfoil.foxpro.selftest.run import ROWS, prove_folder
from counterfoil.foxpro.selftest.verdicts import Proof, Verdict

_COLOURS = {
    Verdict.PASS: typer.colors.GREEN,
    Verdict.WARN: typer.colors.YELLOW,
    Verdict.FAIL: typer.colors.RED,
}


def selftest(
    folder: Annotated[Path, typer.Argument(help="A folder on the share, such as the company's own.")],
    *,
    rows: Annotated[int, typer.Option(min=1, help="Rows that each of two programs writes.")] = ROWS,
    as_json: AsJson = False,
) -> None:
    """Proves a folder before tables in it are trusted, in a scratch folder that is gone afterwards.

    Two programs take locks against each other, write to one table at the same time and check it.
    """
    proofs: list[Proof] = []
    with told():
        for proof in prove_folder(folder, rows=rows):
            proofs.append(proof)
            if not as_json:
                _tell(proof)
    passed = not any(proof.verdict is Verdict.FAIL for proof in proofs)
    if as_json:
        say_document(
            {
                "folder": str(folder),
                "passed": passed,
                "proofs": [dataclasses.asdict(proof) for proof in proofs],
            }
        )
    else:
        say(
            f"{folder} may be trusted with tables."
            if passed
            else f"{folder} MUST NOT be trusted with tables."
        )
    if not passed:
        raise typer.Exit(FINDINGS)


def _tell(proof: Proof) -> None:
    verdict = typer.style(proof.verdict, fg=_COLOURS[proof.verdict])
    say(f"{verdict}  {proof.name}: {shown(proof.detail)}")
