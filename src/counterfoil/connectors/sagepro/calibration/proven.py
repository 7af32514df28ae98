"""What a company's calibration proves of its tables as they are now."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.connectors.sagepro.calibration.file import read_calibration
from counterfoil.connectors.sagepro.calibration.proof import Proof, proofs
from counterfoil.connectors.sagepro.calibration.taking import company_folders, describe_source, table_paths
from counterfoil.connectors.sagepro.discovery.tables import open_table
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.translation import translated


def proven_kinds(profile: Profile) -> Mapping[str, Proof]:
    """The posting kinds that were calibrated.

    Raises:
        ConfigurationError: the calibration file cannot be read.
        TransientError: a table is held by another program.
    """
    calibration = read_calibration(profile.calibration, profile.company)
    if not calibration.kinds:
        return {}
    wanted = {table for seen in calibration.kinds.values() for table in seen.structures}
    return proofs(calibration, structures_of(profile, wanted), profile)


def structures_of(profile: Profile, wanted: set[str]) -> Mapping[str, str]:
    """A digest of the columns that each table has now, from its header alone."""
    found = {}
    with translated():
        for name, path in table_paths(profile, company_folders(profile)):
            if name in wanted:
                with open_table(path, profile.code_page) as table:
                    found[name] = describe_source(name, table).structure
    return found
