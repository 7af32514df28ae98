"""A discovery report as text and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from counterfoil.cli.foxpro.telling import say, shown
from counterfoil.connectors.sagepro.discovery.report import (
    BalanceRule,
    Conclusion,
    FoundCompany,
    FoundTable,
    Ground,
    ModuleFolder,
    SiteReport,
)

_WIDTH = max(len(ground) for ground in Ground)


def tell(report: SiteReport) -> None:
    for line in lines(report):
        say(shown(line))


def lines(report: SiteReport) -> Iterator[str]:
    """The report as people read it: what it stands on, then what it is."""
    yield from (_line(each) for each in report.conclusions)
    for company in report.companies:
        yield ""
        if company.is_deleted:
            yield f"Company {company.code} is marked as deleted in Sage Pro; it was not looked at."
            continue
        yield f"Company {company.code}: {len(company.tables)} tables"
        yield from (_mark(each.ground) + _place(report, each) for each in company.modules)
        yield from map(_line, company.conclusions)
        yield from _exceptions(company.sampled.balance)
        for table in company.tables:
            if table.problem:
                yield _mark(Ground.UNKNOWN) + f"table {table.table}: {table.problem}"
        if company.others:
            yield _mark(Ground.UNKNOWN) + f"tables that no source names: {', '.join(company.others)}"
        yield from _problems(company)


def _place(report: SiteReport, module: ModuleFolder) -> str:
    """Folders below the site's own are told from there on."""
    folder = module.folder
    if folder is None:
        return f"{module.module} in an unknown folder: {module.why}"
    inside = folder.is_relative_to(report.path)
    return f"{module.module} in {folder.relative_to(report.path) if inside else folder}: {module.why}"


def _mark(ground: Ground) -> str:
    return f"  {ground:<{_WIDTH}}  "


def _line(conclusion: Conclusion) -> str:
    return _mark(conclusion.ground) + f"{conclusion.topic}: {conclusion.text}"


def _exceptions(measured: BalanceRule) -> Iterator[str]:
    for exception in measured.exceptions:
        yield f"{'':{_WIDTH + 4}}does not fit: {exception}"
    more = measured.exceptions_count - len(measured.exceptions)
    if more:
        yield f"{'':{_WIDTH + 4}}and {more} more"


def _problems(company: FoundCompany) -> Iterator[str]:
    if not company.problems:
        yield f"Company {company.code} has every table, column and index tag that receipts need."
        return
    yield f"Company {company.code} cannot be posted to as it is:"
    for problem in company.problems:
        yield f"  - {problem}"


def to_document(report: SiteReport) -> dict[str, Any]:
    return {
        "path": report.address or str(report.path),
        "system_folder": str(report.system_folder) if report.system_folder else None,
        "conclusions": [_conclusion(each) for each in report.conclusions],
        "companies": [_company(each) for each in report.companies],
    }


def _conclusion(conclusion: Conclusion) -> dict[str, Any]:
    return {"topic": conclusion.topic, "text": shown(conclusion.text), "ground": conclusion.ground}


def _company(company: FoundCompany) -> dict[str, Any]:
    return {
        "code": company.code,
        "deleted": company.is_deleted,
        "layout": company.layout,
        "modules": [_module(each) for each in company.modules],
        "tables": [_table(each) for each in company.tables],
        "unknown_tables": list(company.others),
        "balance": _balance(company.sampled.balance),
        "conclusions": [_conclusion(each) for each in company.conclusions],
        "problems": [shown(each) for each in company.problems],
    }


def _module(module: ModuleFolder) -> dict[str, Any]:
    return {
        "module": module.module,
        "folder": str(module.folder) if module.folder else None,
        "written": shown(module.written),
        "ground": module.ground,
        "why": shown(module.why),
    }


def _table(table: FoundTable) -> dict[str, Any]:
    return {
        "table": table.table,
        "path": str(table.path),
        "kind": table.kind,
        "rows": table.rows,
        "code_page": table.code_page or None,
        "container": table.container or None,
        "duties": list(table.duties),
        "columns": [
            {
                "name": column.name,
                "type": column.type,
                "width": column.width,
                "decimals": column.decimals,
                "standard": column.standard,
            }
            for column in table.columns
        ],
        "renamed": dict(table.matched.named),
        "missing": list(table.matched.missing),
        "absent": list(table.matched.absent),
        "unfit": list(table.matched.unfit),
        "tags": dict(table.tags),
        "problem": shown(table.problem) or None,
    }


def _balance(measured: BalanceRule) -> dict[str, Any]:
    return {
        "rule": measured.rule or None,
        "ground": measured.ground,
        "looked_at": measured.looked_at,
        "with_discount": measured.telling,
        "fits": dict(measured.fits),
        "fits_with_discount": dict(measured.telling_fits),
        "exceptions": [shown(each) for each in measured.exceptions],
        "exceptions_count": measured.exceptions_count,
    }
