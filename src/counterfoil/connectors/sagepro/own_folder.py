"""Where Counterfoil's own files of a company lie, whatever keeps the company's books."""

from __future__ import annotations

from pathlib import Path

from counterfoil.connectors.sagepro.discover import locate_tables
from counterfoil.connectors.sagepro.profile import Profile


def own_folder(profile: Profile) -> Path:
    """Beside the tables of the receivables, or, where these lie in a database, where the profile says.

    Raises:
        ConfigurationError: the receivables' folder is unknown or does not exist.
        TransientError: the system table is held by another program.
    """
    if profile.database is not None:
        return profile.database.own_folder / profile.company
    return locate_tables(profile).own_folder
