"""Who may move the sandbox: somebody with its token, or this machine alone; never another site's page."""

from __future__ import annotations

import base64
import binascii
import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

_LOOPBACKS = frozenset({"127.0.0.1", "::1", "localhost"})
_SAFE = frozenset({"GET", "HEAD"})
# A browser tells by these whose page a request comes from.
_OWN_PAGES = frozenset({"", "same-origin", "none"})


def refusal(request: Request, token: str) -> Response | None:
    """Why the request is turned away, or None."""
    if request.method not in _SAFE and request.headers.get("sec-fetch-site", "") not in _OWN_PAGES:
        return PlainTextResponse("This page cannot be used from another site.", 403)
    if token:
        if hmac.compare_digest(_sent(request).encode(), token.encode()):
            return None
        ask = {"www-authenticate": 'Basic realm="PayTrace sandbox"'}
        return PlainTextResponse("The control token is needed.", 401, ask)
    is_here = request.client is not None and request.client.host in _LOOPBACKS
    # A name that somebody else's server pointed at this machine is not let in either.
    if is_here and (request.url.hostname or "") in _LOOPBACKS:
        return None
    return PlainTextResponse("Only this machine may use the control page.", 403)


def _sent(request: Request) -> str:
    """The token, as bearer or as the password that a browser asks for."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return decoded.partition(":")[2]
    return value.strip() if scheme.lower() == "bearer" else ""
