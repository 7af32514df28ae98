from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.domain.identifiers import possible_references
from counterfoil.domain.own_marks import bears_mark, mark_invoice_id, without_mark

KEYS = st.text(min_size=1, max_size=80)
REFERENCES = st.from_regex(r"[A-Za-z0-9 #-]{0,60}", fullmatch=True)


@given(connection=KEYS, key=KEYS, reference=REFERENCES)
def test_an_invoice_id_is_short_the_same_at_every_try_and_known_again(
    connection: str, key: str, reference: str
) -> None:
    marked = mark_invoice_id(connection, key, reference)
    assert 0 < len(marked) <= 50
    assert marked == mark_invoice_id(connection, key, reference)
    assert bears_mark(marked, connection)
    assert reference.strip().startswith(without_mark(marked).strip())


@given(connection=KEYS, key=KEYS, other=KEYS)
def test_two_keys_never_share_an_invoice_id(connection: str, key: str, other: str) -> None:
    same = mark_invoice_id(connection, key, "1001") == mark_invoice_id(connection, other, "1001")
    assert same == (key == other)


@given(key=KEYS, reference=st.integers(1, 10**9))
def test_the_invoice_that_a_charge_pays_is_still_found_by_its_number(key: str, reference: int) -> None:
    marked = mark_invoice_id("c1", key, f"INV-{reference}")
    assert possible_references(marked) == possible_references(f"INV-{reference}")


def test_other_peoples_invoice_ids_and_other_connections_charges_are_not_ours() -> None:
    marked = mark_invoice_id("c1", "k", "1001")
    assert not bears_mark("1001", "c1")
    assert not bears_mark(marked, "c2")
    assert not bears_mark(f"{marked} and more", "c1")
