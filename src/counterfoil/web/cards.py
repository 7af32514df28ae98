"""The page on which a payer saves a card: the gateway's own fields in a frame, and never one of ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Protocol, assert_never
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from counterfoil.http.limits import read_json_object
from counterfoil.http.problem import Problem, RequestRefusedError
from counterfoil.ports.errors import CounterfoilError
from counterfoil.security.secrets import Secret

BODY_BYTES_MAX = 16 * 1024
_NAME_MAX = 100
_TOKEN_MAX = 4096
_SCRIPT = "take-card.js"
_NAMES = frozenset({"hpf_token", "enc_key", "name", "agreed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPage:
    """What the page shows."""

    merchant: str
    consent: str
    limits: Sequence[str] = ()
    """How far the consent will go."""
    client_key: Secret
    script: str
    """The address of the gateway's program, which puts its fields into the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenCard:
    """What the page sends: a one-time token in place of the card, and who agreed."""

    token: Secret
    key: Secret
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKept:
    """The card is in the gateway's vault and the consent with it."""

    last_four: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRefused:
    """It was not kept; the words are for the payer."""

    why: str


class CardDesk(Protocol):
    """Asks payers for cards, one address for each question."""

    def page(self, ticket: str) -> CardPage | None:
        """What to show at the address, or None where nothing is asked there."""
        ...

    def keep(self, ticket: str, taken: TakenCard) -> CardKept | CardRefused | None: ...


def card_routes(desk: CardDesk) -> Sequence[Route]:
    """The routes under /cards, reached under any host name, because a proxy stands in front."""
    environment = Environment(
        loader=PackageLoader("counterfoil.web"), autoescape=True, undefined=StrictUndefined
    )
    template = environment.get_template("take_card.html")
    script = files("counterfoil.web").joinpath("assets", _SCRIPT).read_text("utf-8")

    async def show(request: Request) -> Response:
        page = await run_in_threadpool(desk.page, request.path_params["ticket"])
        if page is None:
            return _nothing_asked()
        text = template.render(page=page, client_key=page.client_key.reveal())
        return HTMLResponse(text, headers=page_headers(page.script))

    async def keep(request: Request) -> Response:
        taken = _taken(await read_json_object(request, bytes_max=BODY_BYTES_MAX))
        kept = await run_in_threadpool(desk.keep, request.path_params["ticket"], taken)
        match kept:
            case CardKept():
                return JSONResponse({"last_four": kept.last_four})
            case CardRefused():
                return Problem(status=HTTPStatus.CONFLICT, detail=kept.why).as_response()
            case None:
                return _nothing_asked()
            case _:
                assert_never(kept)

    async def code(_request: Request) -> Response:
        return Response(script, media_type="text/javascript", headers={"X-Content-Type-Options": "nosniff"})

    return (
        Route(f"/cards/{_SCRIPT}", code, methods=["GET"]),
        Route("/cards/{ticket}", _told(show), methods=["GET"]),
        Route("/cards/{ticket}", _told(keep), methods=["POST"]),
    )


def page_headers(script: str) -> dict[str, str]:
    """Only our own program and the gateway's may run; nothing may be sent but to us and to the gateway.

    That the gateway's program sets styles of its own in the page is assumed.
    """
    parts = urlsplit(script)
    gateway = f"{parts.scheme}://{parts.netloc}"
    policy = (
        f"default-src 'none'; script-src 'self' {gateway}; frame-src {gateway}; connect-src 'self' {gateway};"
        f" img-src {gateway}; style-src 'unsafe-inline' {gateway}; form-action 'none'; base-uri 'none';"
        " frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def _taken(body: dict[str, object]) -> TakenCard:
    """Exactly the names that belong there: whoever sends a card number along is turned away."""
    texts = {name: body[name] for name in ("hpf_token", "enc_key", "name") if isinstance(body.get(name), str)}
    name = " ".join(str(texts.get("name", "")).split())
    is_right = set(body) == _NAMES and body["agreed"] is True and len(texts) == len(_NAMES) - 1
    if not is_right or not 0 < len(name) <= _NAME_MAX or max(map(len, map(str, texts.values()))) > _TOKEN_MAX:
        raise RequestRefusedError(HTTPStatus.BAD_REQUEST, "send hpf_token, enc_key, name and agreed: true")
    return TakenCard(token=Secret(str(texts["hpf_token"])), key=Secret(str(texts["enc_key"])), name=name)


def _nothing_asked() -> Response:
    return Problem(status=HTTPStatus.NOT_FOUND, detail="nothing is asked here any more").as_response()


Endpoint = Callable[[Request], Awaitable[Response]]


def _told(endpoint: Endpoint) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestRefusedError as error:
            return error.problem.as_response()
        except CounterfoilError:
            why = "the payment gateway does not answer: try again later"
            return Problem(status=HTTPStatus.SERVICE_UNAVAILABLE, detail=why).as_response()

    return answer
