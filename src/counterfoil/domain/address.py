"""Postal addresses, as a shop tells them and an ERP keeps them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where goods or letters go; what is not known is empty."""

    name: str
    """The company or the person at the address."""
    line_1: str = ""
    line_2: str = ""
    line_3: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""
