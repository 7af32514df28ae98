"""The silent post: the unsigned form that tells a merchant's site of a finished checkout, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import httpx2
from typing_extensions import override

from counterfoil.sandbox.paytrace.rows import Approval

_TIMEOUT_SECONDS = 10


class SilentPostSender(Protocol):
    """Sends one post and says in a word what became of it; never raises for a site that is away."""

    async def send(self, url: str, body: str) -> str: ...


class HttpSender(SilentPostSender):
    """Sends over HTTP, without redirects, without a second try: the vendor documents none."""

    def __init__(self, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    @override
    async def send(self, url: str, body: str) -> str:
        client = httpx2.AsyncClient(transport=self._transport, timeout=_TIMEOUT_SECONDS, trust_env=False)
        try:
            async with client:
                answer = await client.post(
                    url, content=body, headers={"content-type": "application/x-www-form-urlencoded"}
                )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return f"failed: {type(error).__name__}"
        return f"answered {answer.status_code}"


def render_silent_post(order_id: str, transaction_id: int, approval: Approval, email: str) -> str:
    """The form body, encoded as in the vendor's sample."""
    fields: Mapping[str, str] = {
        "ORDERID": order_id,
        "TRANSACTIONID": str(transaction_id),
        "APPCODE": approval.code,
        "APPMSG": approval.message,
        "AVSRESPONSE": approval.avs,
        "CSCRESPONSE": approval.csc,
        "EMAIL": email,
    }
    return "parmList=" + _encode("".join(f"{name}~{_plain(value)}|" for name, value in fields.items()))


def _plain(value: str) -> str:
    """Without the two characters that the format gives a meaning and no escape."""
    return value.replace("~", " ").replace("|", " ")


def _encode(text: str) -> str:
    """Letters and digits as they are, blanks as plus, everything else as percent codes, `-` and `.` too."""
    return "".join(_encode_byte(byte) for byte in text.encode())


def _encode_byte(byte: int) -> str:
    if byte == ord(" "):
        return "+"
    letter = chr(byte)
    return letter if letter.isascii() and letter.isalnum() else f"%{byte:02X}"
