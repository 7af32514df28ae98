"""Reading pushes: which transaction a silent post or a relay names; nothing else that they say counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from counterfoil.connectors.paytrace.mapping.numbers import read_transaction
from counterfoil.domain.identifiers import TransactionId
from counterfoil.http.exact_json import MalformedJsonError, decode_exact_object
from counterfoil.security.card_guard import clean_object
from counterfoil.security.card_numbers import find_card_numbers

_FIELDS_MAX = 64


class MalformedPushError(ValueError):
    """A body that is no push of PayTrace or of a relay; the message never quotes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A push as it may be kept: free of card data, and the transaction to ask PayTrace about."""

    transaction: TransactionId | None
    """None where it tells of a stored customer only; there is nothing to confirm."""
    body: Mapping[str, object]
    redacted: bool


def read_silent_post(content: bytes) -> Push:
    """The form of the hosted checkout: ``parmList=`` and, encoded, ``ORDERID~1001|TRANSACTIONID~12|...``.

    Names and format verified in the vendor's help of 2015; that unknown names may come is inferred.

    Raises:
        MalformedPushError: there is no such list, or its transaction is no number.
    """
    try:
        pairs = parse_qsl(
            content.decode("utf-8"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_FIELDS_MAX,
        )
    except ValueError as error:
        raise MalformedPushError("the body is not a form in UTF-8") from error
    lists = [value for name, value in pairs if name.lower() == "parmlist"]
    if len(lists) != 1:
        raise MalformedPushError("the form must carry one parmList")
    return _push(_fields(lists[0]), "TRANSACTIONID")


def read_relay(content: bytes) -> Push:
    """The JSON of a relay: ``transaction_id`` at the top or inside ``data`` (proposed: our own format).

    Raises:
        MalformedPushError: not JSON, or its transaction is missing or no number.
    """
    try:
        body = decode_exact_object(content)
    except MalformedJsonError as error:
        raise MalformedPushError(str(error)) from error
    data = body.get("data")
    holder = data if isinstance(data, dict) else body
    if "transaction_id" not in holder:
        raise MalformedPushError("the relay must name a transaction_id, at the top or inside data")
    transaction = _transaction(holder["transaction_id"])
    cleaned, redacted = clean_object(body, spare_identifiers=False)
    return Push(transaction=transaction, body=cleaned, redacted=redacted)


def _fields(parameters: str) -> dict[str, object]:
    parts = [part.partition("~") for part in parameters.split("|") if part]
    if not parts or len(parts) > _FIELDS_MAX or not all(name and separator for name, separator, _ in parts):
        raise MalformedPushError("parmList must be NAME~value pairs")
    fields: dict[str, object] = {name.upper(): value for name, _, value in parts}
    if len(fields) != len(parts):
        raise MalformedPushError("a name stands twice in parmList")
    return fields


def _push(fields: dict[str, object], transaction_name: str) -> Push:
    transaction = _transaction(fields[transaction_name]) if fields.get(transaction_name) else None
    cleaned, redacted = clean_object(fields, spare_identifiers=False)
    return Push(transaction=transaction, body=cleaned, redacted=redacted)


def _transaction(written: object) -> TransactionId:
    transaction = read_transaction(written) if isinstance(written, str) else None
    if transaction is None or any(find_card_numbers(transaction, everywhere=True)):
        raise MalformedPushError("the transaction is no transaction number")
    return transaction
