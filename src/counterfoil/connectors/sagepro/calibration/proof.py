"""What a calibration proves: which posting kinds, and what is still open about them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from counterfoil.connectors.sagepro.calibration.comparing import WHOLE_ROW, Verdict
from counterfoil.connectors.sagepro.calibration.file import Calibration, Column, KindSeen, Word
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.kinds import UNSEEN, kinds
from counterfoil.connectors.sagepro.profile import Profile


@dataclass(frozen=True, slots=True)
class Proof:
    """What the calibration of one posting kind proves; nothing open means that the kind is proven."""

    stale: tuple[str, ...] = ()
    """Tables that have other columns since, and a profile or program that posts otherwise since."""
    differences: tuple[str, ...] = ()
    """What Sage Pro writes otherwise, as far as nobody accepted it."""

    short: tuple[str, ...] = ()
    """Why a person's word is not enough to write directly; it is for the outbox."""
    word: str = ""
    """Who vouched for the kind, where it was not compared."""

    @property
    def open(self) -> tuple[str, ...]:
        return (*self.open_in_outbox, *self.short)

    @property
    def open_in_outbox(self) -> tuple[str, ...]:
        return (*self.stale, *self.differences)


def proofs(calibration: Calibration, now: Mapping[str, str], profile: Profile) -> Mapping[str, Proof]:
    """Pure: what the calibration proves of tables with these structures, under this profile."""
    vouched = {
        kind: Proof(
            stale=tuple(_lapsed(kind, word, now, profile)), short=tuple(_short(kind, word)), word=word.by
        )
        for kind, word in calibration.words.items()
    }
    compared = {
        kind: Proof(tuple(_lapsed(kind, seen, now, profile)), tuple(_differences(kind, seen)))
        for kind, seen in calibration.kinds.items()
    }
    return {**vouched, **compared}


def _short(kind: str, word: Word) -> Iterator[str]:
    if kind not in UNSEEN:
        yield (
            f"only {word.by} vouches for {kind}, which is enough for the outbox alone: compare it with what"
            " Sage Pro writes"
        )


def _lapsed(kind: str, seen: KindSeen | Word, now: Mapping[str, str], profile: Profile) -> Iterator[str]:
    """Why what was seen or said does not hold any more."""
    if isinstance(seen, Word):
        was, again = f"was vouched for on {seen.at:%Y-%m-%d}", "vouch for it again"
    else:
        was, again = f"was calibrated on {seen.compared_at:%Y-%m-%d}", "calibrate it again"
    for table, structure in seen.structures.items():
        if now.get(table) != structure:
            yield f"table {table} has other columns than when {kind} {was}: {again}"
    if kind not in kinds():
        yield f"{kind} is no posting kind any more: see which there are with counterfoil sagepro check"
    elif seen.posting != posting_digest(profile, seen.structures):
        yield (
            "the profile's mapping or accounts, or the program's rules of posting, changed since"
            f" {kind} {was}: {again}"
        )


def _differences(kind: str, seen: KindSeen) -> Iterator[str]:
    for title, columns in (("new", seen.new_rows), ("changed", seen.changed_rows)):
        for name, column in columns.items():
            if column.verdict is not Verdict.AGREES and name not in seen.accepted:
                yield f"{kind}: {told(name, column, title)}; map it in the profile or accept it"


def told(name: str, column: Column, rows: str) -> str:
    """A difference in words."""
    if name.endswith(f".{WHOLE_ROW}"):
        who, what = ("Sage Pro", column.sage_pro) if column.sage_pro else ("Counterfoil", column.counterfoil)
        return f"{name}: {who} alone writes a row of {what}"
    theirs = f"Sage Pro wrote {column.sage_pro!r}" if column.sage_pro else "Sage Pro wrote nothing"
    ours = (
        f"Counterfoil writes {column.counterfoil!r}" if column.counterfoil else "Counterfoil writes nothing"
    )
    return f"{name} in {rows} rows: {theirs}, {ours}"
