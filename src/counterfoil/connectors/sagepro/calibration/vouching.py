"""A named person's word for posting kinds that were not compared with what Sage Pro writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from counterfoil import __version__
from counterfoil.connectors.sagepro.calibration.file import (
    Accepted,
    Calibration,
    Word,
    read_calibration,
    write_calibration,
)
from counterfoil.connectors.sagepro.calibration.rules import posting_digest
from counterfoil.connectors.sagepro.editions import open_tables
from counterfoil.connectors.sagepro.kinds import FILES_ALONE, kinds
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.records import FURTHER_TABLES, POSTING_TABLES
from counterfoil.ports.errors import ConfigurationError


def vouch(profile: Profile, wanted: Sequence[str], who: Accepted) -> Calibration:
    """Notes the word; it stands while no table that any posting writes gets other columns.

    Raises:
        ConfigurationError: a kind needs no word, was compared already or does not exist, or nobody says why.
        TransientError: a table is held by another program.
    """
    known = read_calibration(profile.calibration, profile.company)
    faults = list(_faults(known, wanted, who))
    if profile.calibration is None:
        faults.append("the profile lies in no folder, so that its calibration has no place")
    if faults or profile.calibration is None:
        raise ConfigurationError("; ".join(faults))
    with open_tables(profile) as tables:
        written = (*POSTING_TABLES, *FURTHER_TABLES, *profile.own_tables)
        structures = tables.structures({name.value for name in written})
    word = Word(
        by=who.by,
        at=who.at,
        reason=who.reason,
        program=__version__,
        structures=structures,
        posting=posting_digest(profile, structures),
    )
    noted = known.model_copy(update={"words": {**known.words, **dict.fromkeys(wanted, word)}})
    write_calibration(profile.calibration, noted)
    return noted


def _faults(known: Calibration, wanted: Sequence[str], who: Accepted) -> Iterator[str]:
    if not who.by or not who.reason:
        yield "say who vouches for it and why: --by and --reason"
    if not wanted:
        yield "name the posting kinds: --kind for each"
    for kind in wanted:
        if kind not in kinds():
            yield f"{kind!r} is no posting kind: see which there are with counterfoil sagepro check"
        elif kind in FILES_ALONE:
            yield f"{kind} writes no table, so that it needs nobody's word"
        elif kind in known.kinds:
            yield f"{kind} was compared: what differs is accepted with counterfoil sagepro calibrate accept"
