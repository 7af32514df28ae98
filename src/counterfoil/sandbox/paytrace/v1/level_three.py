"""Level 3 details on the v1 wire."""

from __future__ import annotations

from collections.abc import Mapping

from counterfoil.sandbox.paytrace.bodies import Body
from counterfoil.sandbox.paytrace.door import Answer, Operation
from counterfoil.sandbox.paytrace.gateway import Gateway
from counterfoil.sandbox.paytrace.level_three import (
    AMOUNTS,
    LINE_AMOUNTS,
    LINE_TEXTS,
    TEXTS,
    LevelThree,
    LevelThreeRow,
    Scheme,
)
from counterfoil.sandbox.paytrace.outcomes import Refused
from counterfoil.sandbox.paytrace.rows import Caller
from counterfoil.sandbox.paytrace.v1 import answers
from counterfoil.sandbox.paytrace.v1.errors import refused_answer
from counterfoil.sandbox.paytrace.v1.requests import transaction_id_of

# Recorded for Visa; that MasterCard answers 171 is told by a vendor library alone.
_CODES = {Scheme.VISA: 170, Scheme.MASTERCARD: 171}


def adding(scheme: Scheme) -> Operation:
    """Details of a transaction by a card of the scheme."""

    def operation(gateway: Gateway, body: Body, _: Caller) -> Answer:
        outcome = LevelThree(gateway).add(_row(scheme, body))
        if isinstance(outcome, Refused):
            return refused_answer(gateway, outcome)
        words = (
            f"Visa/MasterCard enhanced data was successfully added to Transaction ID "
            f"{outcome.transaction_id}. {len(outcome.lines)} line item records were created."
        )
        return Answer(200, answers.plain_payload(_CODES[scheme], words))

    return operation


def _row(scheme: Scheme, body: Body) -> LevelThreeRow:
    places = {f"{name}.zip": body.part(name).text("zip") for name in ("source_address", "shipping_address")}
    country = body.part("shipping_address").text("country")
    return LevelThreeRow(
        transaction_id=transaction_id_of(body),
        scheme=scheme,
        fields=_known(body, AMOUNTS + TEXTS) | places | {"shipping_address.country": country},
        lines=tuple(_known(line, LINE_AMOUNTS + LINE_TEXTS) for line in body.parts("line_items")),
    )


def _known(body: Body, names: tuple[str, ...]) -> dict[str, str]:
    return {name: body.text(name) for name in names if body.has(name)}


OPERATIONS: Mapping[str, Operation] = {
    "/v1/level_three/visa": adding(Scheme.VISA),
    "/v1/level_three/mastercard": adding(Scheme.MASTERCARD),
}
