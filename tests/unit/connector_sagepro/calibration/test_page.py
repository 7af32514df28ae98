"""The how-to tells of every posting kind what proves it."""

from __future__ import annotations

from pathlib import Path

from counterfoil.connectors.sagepro.kinds import FILES_ALONE, UNSEEN, kinds

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "calibrate.md"
PART = PAGE.read_text("utf-8").split("## Which act proves which kind")[1].split("\n## ")[0]


def test_every_kind_is_proven_by_an_act_needs_no_proof_or_is_vouched_for() -> None:
    acts, words = PART.split("These kinds write no table", 1)
    files, unseen = words.split("Of the other kinds no source tells", 1)
    for kind in kinds():
        if kind in FILES_ALONE:
            assert f"`{kind}`" in files
        elif kind not in UNSEEN:
            assert f"| `{kind}` |" in acts
        elif not kind.startswith("reversal of ") and not kind.endswith(" with surcharge"):
            assert f"`{kind}`" in unseen
