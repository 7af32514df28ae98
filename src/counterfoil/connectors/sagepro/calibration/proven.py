"""What a company's calibration proves of its tables as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.sagepro.calibration.file import KindSeen, Word, read_calibration
from counterfoil.connectors.sagepro.calibration.proof import Proof, proofs
from counterfoil.connectors.sagepro.editions import open_tables
from counterfoil.connectors.sagepro.profile import Profile


def proven_kinds(profile: Profile) -> Mapping[str, Proof]:
    """The posting kinds that were calibrated or vouched for.

    Raises:
        ConfigurationError: the calibration file cannot be read.
        TransientError: a table is held by another program, or the database does not answer.
    """
    calibration = read_calibration(profile.calibration, profile.company)
    rests: tuple[KindSeen | Word, ...] = (*calibration.kinds.values(), *calibration.words.values())
    if not rests:
        return {}
    wanted = {table for seen in rests for table in seen.structures}
    with open_tables(profile) as tables:
        return proofs(calibration, tables.structures(wanted), profile)
