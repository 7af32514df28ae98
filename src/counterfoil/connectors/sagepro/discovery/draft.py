"""The commented profile to start from: what each entry is, where its value came from, what to decide."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from counterfoil.connectors.sagepro.discovery.conclusions import told_balance
from counterfoil.connectors.sagepro.discovery.report import (
    FoundCompany,
    FoundDatabase,
    FoundTable,
    Ground,
    SiteReport,
)
from counterfoil.connectors.sagepro.discovery.rules import WITHIN
from counterfoil.connectors.sagepro.discovery.tables import ANY_CODE_PAGE
from counterfoil.connectors.sagepro.profile import Accounts, Codes, Discounts, NumberRange, Profile
from counterfoil.connectors.sagepro.records import POSTING_TABLES
from counterfoil.connectors.sagepro.trust.rungs import Mode
from counterfoil.foxpro.containers.membership import ContainerUse
from counterfoil.foxpro.records.versions import VFP_VERSIONS

DECIDE = "DECIDE"
_PROPOSED = "proposed by Counterfoil"
_CURRENCY_LENGTH = 3


def draft_profile(report: SiteReport, company: FoundCompany) -> str:
    """YAML text that the profile's loader accepts; lines with DECIDE wait for a person."""
    places: tuple[Iterator[str], ...]
    if company.database is not None:
        places = (_database(company.database), _company_code(company, company.database.code_ground))
    else:
        code = _company_code(company, Ground.VERIFIED)
        places = (_kind(company), code, _places(report, company), _code_page(company), _containers(company))
    parts = (
        _head(company),
        *places,
        _columns(company),
        _currency(company),
        _company_words(),
        _accounts(company),
        _numbers_and_codes(company),
        _measured(company),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(company: FoundCompany) -> Iterator[str]:
    yield f"# Profile of Sage Pro company {company.code}, drafted from the site's own files."
    yield "# Behind each value stands what it stands on:"
    yield f"#   {Ground.VERIFIED}: seen in the site's own files"
    yield f"#   {Ground.INFERRED}: concluded from them; look at it"
    yield f"#   {Ground.UNKNOWN}: the files do not tell"
    yield f"# Lines with {DECIDE} wait for a person. Widths and types come from the tables' headers."


def _kind(company: FoundCompany) -> Iterator[str]:
    versions = {table.version for table in _needed(company) if table.version}
    ground = Ground.VERIFIED if versions and versions <= VFP_VERSIONS else Ground.INFERRED
    yield ""
    yield "# What kind of site it is."
    yield f"preset: {'pro-vfp' if versions <= VFP_VERSIONS else 'sbt-7'}  # {ground}"


def _database(found: FoundDatabase) -> Iterator[str]:
    yield ""
    yield "# What kind of site it is."
    yield f"preset: mssql  # {Ground.VERIFIED}"
    yield ""
    yield "# Server and databases; the password stands in an environment variable, never here."
    yield "database:"
    yield f"  dsn: {_quoted(found.dsn)}"
    yield f"  company_db: {_quoted(found.company_db)}  # {Ground.VERIFIED}"
    if found.system_db:
        yield f"  system_db: {_quoted(found.system_db)}  # {Ground.VERIFIED}"
    else:
        yield f"  # {DECIDE}: system_db: no database with SYSDATA was found"


def _company_code(company: FoundCompany, ground: Ground) -> Iterator[str]:
    yield ""
    yield "# The two characters that Sage Pro calls the company by."
    yield f"company: {_quoted(company.code)}  # {ground}"
    yield ""
    yield "# Whether it keeps real books: live or test."
    yield f"# {DECIDE}: test where this is a copy or a training company."
    yield f"mode: {Mode.LIVE.value}  # {Ground.UNKNOWN}"


def _places(report: SiteReport, company: FoundCompany) -> Iterator[str]:
    system = report.system_folder
    yield ""
    yield "# Where SYSDATA lies; the modules' folders are found through it."
    if system is None:
        yield f"system_folder: {_quoted(report.path)}  # {Ground.UNKNOWN}: SYSDATA was not found; see folders"
    else:
        yield f"system_folder: {_quoted(system)}  # {Ground.VERIFIED}"
    if all(module.is_told for module in company.modules if module.module in _needed_modules()):
        yield f"# folders: not needed; SYSDATA leads to every module that is posted to ({Ground.VERIFIED})"
        return
    yield "# A module's folder, where SYSDATA does not lead to it on this machine."
    yield from _folders(company)


def _folders(company: FoundCompany) -> Iterator[str]:
    entries = []
    for module in company.modules:
        if module.is_told:
            continue
        if module.folder is None:
            entries.append(f"  # {DECIDE}: {module.module}: {Ground.UNKNOWN}: {_comment(module.why)}")
        else:
            entries.append(
                f"  {module.module}: {_quoted(module.folder)}  # {module.ground}: {_comment(module.why)}"
            )
    is_empty = all(entry.lstrip().startswith("#") for entry in entries)
    yield "folders: {}" if is_empty else "folders:"
    yield from entries


def _columns(company: FoundCompany) -> Iterator[str]:
    named = {table.table: table.matched.named for table in company.tables if table.matched.named}
    yield ""
    yield "# The site's own name of a column, by table and our name."
    if not named:
        yield f"columns: {{}}  # {Ground.VERIFIED}: every column that we know bears its usual name"
        return
    yield "columns:"
    for table, names in named.items():
        yield f"  {table}:"
        for ours, field in names.items():
            yield f"    {ours}: {field}  # {Ground.VERIFIED}: the name of another generation"


def _code_page(company: FoundCompany) -> Iterator[str]:
    yield ""
    yield "# The tables' code page, where their headers do not tell it."
    bare = [table.table for table in _needed(company) if table.version and not table.code_page]
    if bare:
        yield f"# {DECIDE}: the headers of {', '.join(bare)} name none; what is here counts for all."
        yield f"code_page: {ANY_CODE_PAGE}  # {Ground.INFERRED}: one SBT 7 site used it"
    else:
        pages = ", ".join(sorted({table.code_page for table in _needed(company) if table.code_page}))
        yield f"# code_page: not needed; the headers name {pages} ({Ground.VERIFIED})"


def _containers(company: FoundCompany) -> Iterator[str]:
    tables = [table for table in _needed(company) if table.container and table.listed_as]
    if not tables:
        return
    yield ""
    yield "# Tables of a FoxPro database that may be written; FoxPro's rules for them run in FoxPro alone."
    free = [table for table in tables if not table.duties]
    yield "container_tables:" if free else "container_tables: {}"
    for table in tables:
        name, duties = _quoted(table.listed_as), _comment("; ".join(table.duties))
        if duties:
            yield f"  # {DECIDE}: {name}: {ContainerUse.RULES_BYPASSED}  # FoxPro applies {duties}"
        else:
            yield f"  {name}: {ContainerUse.NO_RULES}  # {Ground.VERIFIED}: it has no rules"


def _currency(company: FoundCompany) -> Iterator[str]:
    sampled = company.sampled
    yield ""
    yield "# The currency of the books; money in another one is refused."
    main = max(sampled.currencies, key=lambda code: sampled.currencies[code], default="")
    if _is_code(sampled.company_currency):
        yield f"currency: {sampled.company_currency}  # {Ground.VERIFIED}: the table of companies"
    elif _is_code(main):
        count = f"on {sampled.currencies[main]} of {sampled.rows} documents"
        yield f"currency: {main}  # {Ground.INFERRED}: {count}"
    else:
        yield f"# {DECIDE}:"
        yield f"currency: {_default('currency')}  # {Ground.UNKNOWN}"


def _company_words() -> Iterator[str]:
    yield ""
    yield "# The company's days and hours."
    yield f"# {DECIDE}:"
    yield f"time_zone: {_default('time_zone')}  # {Ground.UNKNOWN}"
    yield ""
    yield "# The four characters that Sage Pro shows as the user who added a row."
    yield f"user: {_default('user')}  # {_PROPOSED}"
    yield ""
    yield "# The day a receipt bears: received (when the gateway took the money), batch or today."
    yield f"# {DECIDE}:"
    yield f"posting_date: received  # {_PROPOSED}"


def _accounts(company: FoundCompany) -> Iterator[str]:
    sampled = company.sampled
    main = max(sampled.receivables, key=lambda account: sampled.receivables[account], default="")
    yield ""
    yield "accounts:"
    yield "  # Accounts receivable, where the customer's own row names none."
    if main:
        count = f"{sampled.receivables[main]} of {sampled.customers} customers name it"
        yield f"  receivable: {_quoted(main)}  # {Ground.INFERRED}: {count}"
    else:
        yield f"  # {DECIDE}:"
        yield f'  receivable: ""  # {Ground.UNKNOWN}: no customer names one'
    yield "  # Where the gateway's money waits for its payout, per tender; one without is not posted."
    for account in sampled.clearing:
        yield f"  #   the chart of accounts has {_comment(account)}"
    yield f'  # {DECIDE}: write such as {{card: "1050-000", ach: "1051-000"}}'
    yield f"  clearing: {{}}  # {Ground.UNKNOWN}"
    yield "  # Accounts of further postings; one without is refused. Take away the # where you name one."
    for entry, field in Accounts.model_fields.items():
        if field.default == "" and entry != "receivable":
            yield f'  # {entry}: ""'


def _numbers_and_codes(company: FoundCompany) -> Iterator[str]:
    numbers, codes, sampled = NumberRange(), Codes(), company.sampled
    yield ""
    yield "# The numbers for payments on account; nobody else may draw from them."
    yield f"# {DECIDE}:"
    yield f"open_credits: {{first: {numbers.first}, last: {numbers.last}}}  # {_PROPOSED}"
    yield ""
    yield "# What the codes on documents mean; the first of each list is written to new rows."
    yield "codes:"
    known = [*codes.invoice, *codes.credit_memo, *codes.open_credit]
    for entry in ("invoice", "credit_memo", "open_credit"):
        yield _coded(entry, getattr(codes, entry), sampled.kinds)
    yield from _strange(sampled.kinds, known, "document type")
    for entry in ("live", "void"):
        yield _coded(entry, getattr(codes, entry), sampled.statuses)
    yield from _strange(sampled.statuses, [*codes.live, *codes.void], "document status")


def _coded(entry: str, codes: Sequence[str], counts: Mapping[str, int]) -> str:
    seen = sum(counts.get(code, 0) for code in codes)
    about = f"{Ground.INFERRED}: on {seen} documents looked at" if seen else f"{Ground.UNKNOWN}: on none"
    return f"  {entry}: {json.dumps(list(codes))}  # {about}"


def _strange(counts: Mapping[str, int], known: Sequence[str], what: str) -> Iterator[str]:
    for code, count in sorted(counts.items()):
        if code not in known:
            yield f"  # {DECIDE}: {what} {_quoted(code)} on {count} documents means nothing here yet"


def _measured(company: FoundCompany) -> Iterator[str]:
    """Where discounts stand, as the site's own rows tell, with what does not fit."""
    measured = company.sampled.balance
    place = Discounts.IN_PAID if measured.rule == WITHIN else Discounts.APART
    yield ""
    yield "# Where a document keeps the discounts taken: apart, or in_paid."
    if measured.rule:
        yield f"discounts: {place.value}  # {measured.ground}: {_comment(told_balance(measured))}"
    else:
        about = f"{_comment(told_balance(measured))}" if measured.looked_at else "no document was looked at"
        yield f"# {DECIDE}:"
        yield f"discounts: {place.value}  # {Ground.UNKNOWN}: {about}"
    for exception in measured.exceptions:
        yield f"#   does not fit: {_comment(exception)}"


def _needed_modules() -> set[str]:
    return {name.module for name in POSTING_TABLES}


def _needed(company: FoundCompany) -> list[FoundTable]:
    names = {name.value for name in POSTING_TABLES}
    return [table for table in company.tables if table.table in names]


def _default(entry: str) -> str:
    return str(Profile.model_fields[entry].default)


def _is_code(text: str) -> bool:
    return len(text) == _CURRENCY_LENGTH and text.isascii() and text.isalpha() and text.isupper()


def _quoted(text: str | Path) -> str:
    """A double-quoted YAML scalar; JSON's are such."""
    return json.dumps(str(text))


def _comment(text: str) -> str:
    """Text out of a file, fit for a comment: one line, nothing that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
