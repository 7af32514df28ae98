"""The named transforms: each a signature and what it does."""

from __future__ import annotations

from counterfoil.flows.mapping.transforms.amounts import AMOUNTS
from counterfoil.flows.mapping.transforms.asked import Transform
from counterfoil.flows.mapping.transforms.choices import CHOICES
from counterfoil.flows.mapping.transforms.dates import DATES
from counterfoil.flows.mapping.transforms.lookups import LOOKUPS
from counterfoil.flows.mapping.transforms.numbers import NUMBERS
from counterfoil.flows.mapping.transforms.references import REFERENCES
from counterfoil.flows.mapping.transforms.texts import TEXTS

TRANSFORMS: dict[str, Transform] = {
    each.name: each for each in (*TEXTS, *REFERENCES, *NUMBERS, *AMOUNTS, *DATES, *LOOKUPS, *CHOICES)
}
"""Every transform by its name, in the order of the reference page."""
