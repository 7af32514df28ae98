"""Everything that flows of this installation can use, as connectors publish it."""

from __future__ import annotations

from pathlib import Path

from counterfoil.connectors.sagepro.catalogue import company_connector
from counterfoil.connectors.sagepro.sites import Advance, find_site, site_profile
from counterfoil.ports.catalogue import ConnectorSpec
from counterfoil.ports.errors import ConfigurationError
from counterfoil.runtime.catalogue import shipped_connector
from counterfoil.runtime.installed import installed_connectors


def catalogue_connectors() -> list[ConnectorSpec]:
    return [shipped_connector(), *(each.spec for each in installed_connectors().connectors.values())]


def site_connectors(site: str, company: str | None, advance: Advance) -> list[ConnectorSpec]:
    """The companies of a Sage Pro site that are not deleted, or the one of that code or of a profile.

    Raises:
        ConfigurationError: the site or profile cannot be read, or there is no such company.
    """
    if Path(site).is_file():
        profile = site_profile(site, company)
        company = profile.company
        site = profile.database.dsn if profile.database else str(profile.system_folder)
    found = [each for each in find_site(site, advance).live if company in {None, each.code}]
    if not found:
        raise ConfigurationError(f"{site} has no company {company or 'that is not deleted'}")
    return [company_connector(each) for each in found]
