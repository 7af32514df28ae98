"""Looks in the books for what clerks keyed while a company stood on shadow."""

from __future__ import annotations

from counterfoil.connectors.sagepro.editions import look_into
from counterfoil.connectors.sagepro.own_folder import own_folder
from counterfoil.connectors.sagepro.profile import Profile
from counterfoil.connectors.sagepro.shadow.book import ShadowBook
from counterfoil.connectors.sagepro.shadow.comparing import Keyed
from counterfoil.connectors.sagepro.shadow.matching import Matching


def look(profile: Profile) -> list[Keyed]:
    """Every plan with what became of it, oldest first; opens tables for reading.

    Raises:
        ConfigurationError: a table is missing, or the database refuses.
        TransientError: a table is held by another program, or the database does not answer.
    """
    plans = ShadowBook(own_folder(profile)).plans()
    with look_into(profile) as tables:
        matching = Matching(tables, profile, plans)
        return [matching.of(plan) for plan in plans]
