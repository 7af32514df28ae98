from __future__ import annotations

from hypothesis import strategies as st

from counterfoil.flows.mapping.types import Kind, Type
from counterfoil.flows.suggest.fields import ListedField

PIECES = ("cust", "no", "Invoice", "amt", "date", "bill", "ship", "city", "total", "tax", "ref", "x", "Élan")
NAMES = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("_".join),
    st.text(max_size=30),
)
TYPES = st.builds(
    Type,
    kind=st.sampled_from(Kind),
    width=st.none() | st.integers(1, 40),
    optional=st.booleans(),
)
FIELDS = st.builds(
    ListedField, name=NAMES, label=NAMES | st.just(""), type=TYPES, example=st.text(max_size=12) | st.just("")
)


def lists(most: int = 6) -> st.SearchStrategy[tuple[ListedField, ...]]:
    return st.lists(FIELDS, max_size=most, unique_by=lambda field: field.name).map(tuple)
