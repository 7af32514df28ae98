"""General ledger: accounts with their balances, account types and the account structure."""

from __future__ import annotations

from counterfoil.sandbox.sagepro.structures.columns import Draft, Folder, inferred, proposed, verified

PERIODS = 13


def _by_period(prefix: str, spelling: str) -> str:
    return ", ".join(f"{prefix}{period:02d} {spelling}" for period in range(1, PERIODS + 1))


GLACNT = Draft(
    "glacnt",
    Folder.GL,
    "GL accounts; debit balances positive, credit balances negative.",
    (
        inferred("ARIA", "glacnt C24"),
        verified(
            "K", "gldesc C35, glstat C1, gltype C2, glcatag C2, glsource C6, glcolu C2, glseq C6, glatype C1"
        ),
        inferred("K", "glptdb N15.2, glytdb N15.2, glcurb N15.2"),
        inferred("K", _by_period("glcbal", "N15.2")),
        inferred("K", _by_period("gllbal", "N15.2")),
        inferred("K", _by_period("glcbud", "N15.2")),
        inferred("K", _by_period("gllbud", "N15.2")),
        verified("K", "glcomp C2"),
    ),
    (verified("ARIA", "glacnt: glacnt"), proposed("own", "gltype: gltype+glacnt")),
)

GLTYPE = Draft(
    "gltype",
    Folder.GL,
    "Types of GL accounts with the range of account numbers.",
    (verified("K", "gltype C2, gldesc C35, glseq C3, gllow C5, glupp C5"),),
    (proposed("own", "gltype: gltype"),),
)

GLSTRU = Draft(
    "glstru",
    Folder.GL,
    "Segments that make an account number.",
    (inferred("ARIA", "segid C2, seglen N2, segmask C24"),),
    (verified("ARIA", "segid: segid"),),
)

DRAFTS = (GLACNT, GLTYPE, GLSTRU)
