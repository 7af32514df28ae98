"""Plain server-rendered pages: what came in, what stands in the books, what waits for a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from counterfoil.web.api import RunId
from counterfoil.web.overview import Overview, RunFilter

_SHOWN = 100


def _time(value: datetime | None) -> str:
    return "" if value is None else value.strftime("%Y-%m-%d %H:%M:%S UTC")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("counterfoil.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["time"] = _time
    return environment


def _operations(app: FastAPI) -> list[dict[str, str]]:
    return [
        {"method": method.upper(), "path": path, "summary": operation.get("summary", "")}
        for path, item in app.openapi()["paths"].items()
        for method, operation in item.items()
    ]


Render = Callable[..., HTMLResponse]
"""A page from its template's name and values."""


def make_render() -> Render:
    """Renders the templates of this package."""
    environment = _environment()

    def render(template: str, **values: object) -> HTMLResponse:
        return HTMLResponse(environment.get_template(template).render(**values))

    return render


def router(overview: Overview, app: Callable[[], FastAPI], render: Render) -> APIRouter:
    """The pages; none of them changes anything."""
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @routes.get("/")
    def home() -> HTMLResponse:
        return render(
            "home.html",
            runs=overview.runs(RunFilter(limit=_SHOWN)),
            receipts=overview.receipts(_SHOWN),
            tasks=overview.review_tasks(_SHOWN),
            events=overview.events(_SHOWN, without_runs=True),
            connections=overview.connections(),
            health=overview.health(),
        )

    @routes.get("/runs/{run_id}")
    def run(run_id: RunId) -> HTMLResponse:
        found = overview.run(run_id)
        if found is None:
            raise HTTPException(404, "no such run")
        return render("run.html", run=found)

    @routes.get("/docs")
    def docs() -> HTMLResponse:
        return render("docs.html", operations=_operations(app()))

    return routes
