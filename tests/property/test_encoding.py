from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from counterfoil.ports import encoding
from counterfoil.ports.erp import PostingAnswer
from tests.support import strategies

values: st.SearchStrategy[Any] = st.one_of(
    strategies.payments,
    strategies.receipt_facts(),
    strategies.invoices(),
    strategies.orders,
    strategies.customers,
    strategies.references,
    strategies.previews,
)


def through_json(body: object) -> Any:
    return json.loads(json.dumps(body))


@given(values)
def test_a_value_survives_json(value: Any) -> None:
    assert encoding.decode(type(value), through_json(encoding.encode(value))) == value


@given(strategies.posting_answers)
def test_an_answer_survives_json_and_keeps_its_kind(answer: PostingAnswer) -> None:
    back = encoding.POSTING_ANSWER.decode(through_json(encoding.POSTING_ANSWER.encode(answer)))
    assert (type(back), back) == (type(answer), answer)


@given(strategies.receipt_facts())
def test_the_digest_survives_json(fact: Any) -> None:
    assert encoding.FACT.decode(through_json(encoding.FACT.encode(fact))).digest == fact.digest
