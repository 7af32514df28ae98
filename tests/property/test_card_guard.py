from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from counterfoil.security.card_guard import clean, scrub_text
from counterfoil.security.card_numbers import has_right_check_digit

DIGITS = st.text("0123456789", min_size=11, max_size=17)
PREFIXES = st.sampled_from(["4", "51", "2221", "37", "6011", "36", "3528"])
GAPS = st.sampled_from(["", " ", "-", ".", "\u200b", "  ", "\uff0d"])
TEXTS = st.one_of(
    st.text(max_size=40),
    st.builds(lambda prefix, rest: f"card {prefix}{rest} csc=123", PREFIXES, DIGITS),
    st.builds("".join, st.lists(st.sampled_from("0459 -.cvpasword=:;%B^?D["), max_size=60)),
)
KEYS = st.sampled_from(
    ["id", "order_id", "note", "number", "card", "csc", "credit_card", "amount", "invoiceId"]
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), TEXTS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(KEYS, TEXTS), inner, max_size=4)
    ),
    max_leaves=12,
)


def with_check_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if has_right_check_digit(digits + last))


@given(JSON)
@example({"note": "csc=csc=123"})
def test_cleaning_twice_changes_nothing_more(value: object) -> None:
    once = clean(value)
    twice = clean(once.body)
    assert twice.body == once.body
    assert not twice.redacted


@given(TEXTS)
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    assert scrub_text(scrub_text(text)) == scrub_text(text)


@given(
    st.one_of(st.integers(min_value=0, max_value=10**19), TEXTS), st.sampled_from(["id", "order_id", "ids"])
)
@example(4857155027047, "id")
@example(38571926356268, "checkout_id")
def test_identifiers_are_never_changed(value: object, key: str) -> None:
    assert clean({key: value}).body == {key: value}
    assert clean({"deep": [{key: [value]}]}).body == {"deep": [{key: [value]}]}


@given(
    st.text("0123456789", min_size=14, max_size=14),
    st.sampled_from(["4", "5"]),
    GAPS,
    st.text(max_size=20).filter(lambda text: not any(sign.isdecimal() for sign in text)),
)
def test_a_valid_number_never_survives_in_text(middle: str, first: str, gap: str, around: str) -> None:
    number = with_check_digit((first + ("1" if first == "5" else "") + middle)[:15])
    groups = [number[start : start + 4] for start in range(0, 16, 4)]
    written = gap.join(groups) if gap != "\uff0d" else number
    cleaned = str(clean({"note": f"{around}\n!{written}!\n{around}"}).body)
    assert written not in cleaned
