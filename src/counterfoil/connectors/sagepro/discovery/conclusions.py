"""What follows from what was found, in words, each with what it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from counterfoil.connectors.sagepro.binding import Shape
from counterfoil.connectors.sagepro.discovery.columns import generation_names
from counterfoil.connectors.sagepro.discovery.folders import ENTRIES_MAX, Spots
from counterfoil.connectors.sagepro.discovery.report import (
    BalanceRule,
    Conclusion,
    FoundCompany,
    FoundTable,
    Ground,
    Layout,
    SiteReport,
)
from counterfoil.connectors.sagepro.profile import Codes
from counterfoil.connectors.sagepro.records import COLUMNS, COUNTER_MIRRORS, POSTING_TABLES, TableName
from counterfoil.foxpro.records.versions import VFP_VERSIONS

_LAYOUTS = {
    Layout.SINGLE: "one folder for all modules",
    Layout.MODULES: "a folder per module",
    Layout.COMPANIES: "a folder per module and company",
    Layout.DATABASES: "a database for each company, and one of the system",
    Layout.UNKNOWN: "not clear: fewer than two modules were found",
}
_OLD, _VFP = "FoxPro 2 tables, as SBT 7 had them", "Visual FoxPro tables"


def of_site(report: SiteReport, spots: Spots) -> list[Conclusion]:
    return list(_site(report, spots))


def of_company(company: FoundCompany) -> list[Conclusion]:
    parts = (_layout, _generation, _names, _containers, _missing, _customs, _balance, _codes, _currency)
    return [conclusion for part in parts for conclusion in part(company)]


def _site(report: SiteReport, spots: Spots) -> Iterator[Conclusion]:
    if report.system_folder is None:
        text = "no SYSDATA.DBF lies here: companies and folders were found by the tables' names alone"
        yield Conclusion("system table", text, Ground.INFERRED)
        if spots.system_above is not None:
            text = f"one lies above, in {spots.system_above}: name that folder, and all modules are found"
            yield Conclusion("system table", text, Ground.UNKNOWN)
    else:
        is_here = report.system_folder == report.path
        where = "here" if is_here else f"in {report.system_folder}"
        yield Conclusion("system table", f"SYSDATA.DBF lies {where}", Ground.VERIFIED)
    if len(spots.systems) > 1:
        others = ", ".join(str(folder) for folder in spots.systems[1:])
        yield Conclusion("system table", f"further ones were not looked at: {others}", Ground.UNKNOWN)
    if spots.containers:
        names = ", ".join(path.name for path in spots.containers)
        yield Conclusion("database containers", names, Ground.VERIFIED)
    if not spots.is_whole:
        text = f"only the first {ENTRIES_MAX} names were looked at: name a folder further down"
        yield Conclusion("folders", text, Ground.UNKNOWN)


def _layout(company: FoundCompany) -> Iterator[Conclusion]:
    grounds = {module.ground for module in company.modules if module.folder is not None}
    is_seen = grounds == {Ground.VERIFIED} or company.layout is Layout.DATABASES
    ground = Ground.VERIFIED if is_seen else Ground.INFERRED
    if company.layout is Layout.UNKNOWN:
        ground = Ground.UNKNOWN
    yield Conclusion("layout", f"{company.layout}: {_LAYOUTS[company.layout]}", ground)


def _generation(company: FoundCompany) -> Iterator[Conclusion]:
    versions = {table.version for table in company.tables if table.version}
    kinds = sorted({_VFP if version in VFP_VERSIONS else _OLD for version in versions})
    if kinds:
        yield Conclusion("tables", " and ".join(kinds), Ground.VERIFIED)
    marks = sorted({table.code_page for table in company.tables if table.version and table.code_page})
    if marks:
        yield Conclusion("code page", f"headers name {', '.join(marks)}", Ground.VERIFIED)
    bare = [table.table for table in company.tables if table.version and not table.code_page]
    if bare:
        text = f"the headers of {', '.join(bare)} name none; one SBT 7 site used cp437"
        yield Conclusion("code page", text, Ground.UNKNOWN)


def _fields(table: FoundTable) -> Mapping[str, Shape]:
    return {each.name: Shape(each.name, each.type, each.width, each.decimals) for each in table.columns}


def _names(company: FoundCompany) -> Iterator[Conclusion]:
    for table in company.tables:
        found = generation_names(_fields(table))
        if found:
            text = ", ".join(f"{here} (elsewhere {other})" for here, other in sorted(found.items()))
            yield Conclusion(f"names in {table.table}", text, Ground.VERIFIED)


def _containers(company: FoundCompany) -> Iterator[Conclusion]:
    for table in company.tables:
        if table.container:
            duties = table.container_problem or "; ".join(table.duties) or "no rule is known of it"
            text = f"{table.table} belongs to {table.container} ({duties})"
            yield Conclusion("database container", text, Ground.VERIFIED)


def _missing(company: FoundCompany) -> Iterator[Conclusion]:
    there = {table.table for table in company.tables}
    gone = [name for name in TableName if name.value not in there and name is not TableName.SYSTEM]
    for topic, names in (
        ("missing tables, needed", [name for name in gone if name in POSTING_TABLES]),
        ("missing tables", [name for name in gone if name not in POSTING_TABLES]),
    ):
        if names:
            yield Conclusion(topic, ", ".join(name.value for name in names), Ground.VERIFIED)
    for table in company.tables:
        absent = [*table.matched.missing, *table.matched.absent]
        if absent and TableName(table.table) not in COUNTER_MIRRORS:
            columns = COLUMNS[TableName(table.table)]
            text = ", ".join(
                f"{columns[ours].field} ({ours}{', needed' if columns[ours].required else ''})"
                for ours in absent
            )
            yield Conclusion(f"missing columns in {table.table}", text, Ground.VERIFIED)
        for text in table.matched.unfit:
            yield Conclusion(f"unfit columns in {table.table}", text, Ground.VERIFIED)


def _modules(company: FoundCompany) -> set[str]:
    return {module.module for module in company.modules if module.folder is not None}


def _customs(company: FoundCompany) -> Iterator[Conclusion]:
    """No list of standard columns is complete, so that these are inferred to be the site's own."""
    for table in company.tables:
        if table.custom:
            text = ", ".join(f"{column.name} {column.type}{column.width}" for column in table.custom)
            yield Conclusion(f"the site's own columns in {table.table}", text, Ground.INFERRED)


def _balance(company: FoundCompany) -> Iterator[Conclusion]:
    measured = company.sampled.balance
    if measured.looked_at:
        yield Conclusion("balance of documents", told_balance(measured), measured.ground)


def told_balance(measured: BalanceRule) -> str:
    """The rule with its figures."""
    if measured.rule:
        fits, telling_fits = measured.fits[measured.rule], measured.telling_fits[measured.rule]
        return (
            f"balance = {measured.rule}: fits {fits} of {measured.looked_at} documents,"
            f" {telling_fits} of the {measured.telling} with a discount"
        )
    if not measured.telling:
        count = f"none of {measured.looked_at} documents has a discount"
        return f"not decided: {count}, and without one all rules agree"
    found = "; ".join(
        f"{name} fits {count} of the {measured.telling} with a discount"
        for name, count in measured.telling_fits.items()
    )
    return f"not decided: {found}"


def _codes(company: FoundCompany) -> Iterator[Conclusion]:
    """Codes on documents that the profile's defaults give no meaning to."""
    codes, sampled = Codes(), company.sampled
    known_kinds = {*codes.invoice, *codes.credit_memo, *codes.open_credit}
    known_statuses = {*codes.live, *codes.void}
    for topic, counts, known in (
        ("document types", sampled.kinds, known_kinds),
        ("document statuses", sampled.statuses, known_statuses),
    ):
        strange = {code: count for code, count in sorted(counts.items()) if code not in known}
        if strange:
            text = ", ".join(f"{code!r} on {count} documents" for code, count in strange.items())
            yield Conclusion(topic, f"nobody knows what these mean: {text}", Ground.UNKNOWN)
        elif counts:
            text = ", ".join(f"{code!r} {count}" for code, count in sorted(counts.items()))
            yield Conclusion(topic, f"{text}; each taken for what it usually means", Ground.INFERRED)


def _currency(company: FoundCompany) -> Iterator[Conclusion]:
    sampled = company.sampled
    if sampled.company_currency:
        yield Conclusion(
            "currency", f"{sampled.company_currency}, as the table of companies says", Ground.VERIFIED
        )
    elif sampled.currencies:
        text = ", ".join(f"{code} on {count} documents" for code, count in sorted(sampled.currencies.items()))
        yield Conclusion("currency", text, Ground.INFERRED)
    else:
        yield Conclusion("currency", "neither documents nor a table of companies name one", Ground.UNKNOWN)
