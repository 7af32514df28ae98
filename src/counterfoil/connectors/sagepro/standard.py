"""The names in Sage Pro's own tables, as far as public sources tell them; read by discovery alone.

A column that stands in none of these lists is told as the site's own. The lists are put together from several
sites and generations, each of them customised, so that a name may be missing here and still be Sage Pro's.
"""

from __future__ import annotations

from collections.abc import Mapping

NEWER_NAMES: Mapping[str, str] = {
    "state": "addrstate",
    "limit": "credlimit",
    "lineno": "tranlineno",
    "seq": "transeq",
    "class": "isoclss",
    "locid": "loctid",
}
"""Columns that a newer generation calls otherwise, older name first. All are verified as names; that one took
the other's place is verified for the first three and inferred for the others."""

_STAMPS = "adduser adddate addtime lckstat lckuser lckdate lcktime"
_MONEY = "currid exchrat"
_ADDRESS = "company contact title address1 address2 address3 city addrstate zip country phone email"

_CUSTOMER = f"""
    custno {_ADDRESS} phone2 terr indust salesmn source code type pterms pdisc pdays pnet svc tax
    disc ldate lastpay entered credlimit balance hibalance ptdsls ytdsls onorder credit lpymt lsale
    pmtdays gllink aracct sltxact fchgact comment history pricecode taxcode currency flags cstnum1
    cstnum2 lstcall dealer faxno taxdist statfmt forward taxtbl staxcrt cstmemo latitude longitude
    url webcust eshop ecrmstat credstat nlacno custstat depact signature maxdays maxdollars maxcount
    shipvia fob deposit {_STAMPS}
"""
_SHIP_TO = f"""
    custno cshipno defaship {_ADDRESS} terr salesmn code tax disc entered gllink comment dealer
    faxno taxdist fob shipid shipvia shipchg upsshpact resdntl taxtbl latitude longitude {_STAMPS}
"""
_DOCUMENT = f"""
    invno invdte custno salesmn terr ponum refno disc taxrate tax taxsamt invamt disamt paidamt
    balance shipvia cshipno fob pterms pdisc pdays pnet dtepaid ordate ornum commid glarec tosw
    maint prtid arstat artype batch current taxdist taxtbl userid oti signature loctid notes bbal
    binvamt bpaidamt btax bdisamt currhist {_MONEY} {_STAMPS}
"""
_LINE = f"""
    invno custno item descrip disc taxrate cost price qtyord qtyshp invdte ponum extprice salesmn
    terr isoclss stkcode taxable arstat artype glsale glasst batch current taxdist transeq make
    loctid serial tranlineno cpartno sono tqtyshp umeasur umfact lotno tier taxcode bcost bextpri
    bprice binno currhist {_MONEY} {_STAMPS}
"""
_CASH = f"""
    invno invdte custno salesmn ponum disamt paidamt adjamt dtepaid refno apcode artype glarec batch
    glaccnt userid oti ccati applto recdel bpaidamt bdisamt {_MONEY} {_STAMPS}
"""
_ORDER = f"""
    sono prnpktk custno sodate ordate shipvia cshipno fob pterms pdisc pdays pnet disc taxrate tax
    ordamt shpamt currship ponum ornum glarec commid salesmn terr maint prtid copyid tosw current
    sostat sotype taxdist bono comtype taxsamt taxtbl taxst exempt bcurshp bordamt bshpamt btax
    revrate revdate exchfrz defloc notes shipchg release shipcomp websono loctid pricecode currhist
    {_MONEY} {_STAMPS}
"""
_ORDER_LINE = f"""
    sono custno item descrip disc taxrate cost price qtyord qtyshp extprice ordate rqdate shipdate
    shipqty terr salesmn isoclss transeq glsale glasst wono macode stkcode taxable current sostat
    sotype taxdist taxcode loctid lotno serial tier tranlineno umfact umeasur detail boline custmemo
    intmemo bcost bextpri bprice prnpktk tqtyord tqtyshp tprice tbprice tcost tbcost origqtyord
    origextpri cpartno pricecode currhist {_MONEY} {_STAMPS}
"""
_ORDER_ADDRESS = f"custno sono adtype cshipno {_ADDRESS} {_STAMPS}"

_DISTRIBUTION = f"""
    custno invno pstdate ref account jobcode phase subcode amount qty dtstat dttype jccode prtid batch taxcode
    bamount {_MONEY} {_STAMPS}
"""

COLUMNS: Mapping[str, frozenset[str]] = {
    table: frozenset(names.split())
    for table, names in {
        "arcust": _CUSTOMER,
        "arcadr": _SHIP_TO,
        "armast": _DOCUMENT,
        "arymst": _DOCUMENT,
        "artran": _LINE,
        "arytrn": _LINE,
        "arcash": _CASH,
        "arycsh": _CASH,
        "ardist": _DISTRIBUTION,
        "arglac": f"scode icode descr activity incom costs lndisc {_STAMPS}",
        "somast": _ORDER,
        "soymst": _ORDER,
        "sotran": _ORDER_LINE,
        "soytrn": _ORDER_LINE,
        "soaddr": _ORDER_ADDRESS,
        "soyadr": _ORDER_ADDRESS,
    }.items()
}
"""The columns of the tables whose lists are known, by their newer names."""

TABLES = frozenset(
    {
        *("arcust", "arcadr", "aradrs", "armast", "artran", "araddr", "arcash", "ardist"),
        *("arglac", "arymst", "arytrn", "arycsh", "arinvt", "arisup", "somast", "sotran"),
        *("soaddr", "socomm", "soship", "soymst", "soytrn", "soyadr", "soyshp", "soslsm"),
        *("icitem", "iciloc", "iciqty", "iccost", "ictran", "icytrn", "icloct", "icpric"),
        *("icpgrp", "icicus", "icdist", "pomast", "potran", "poaddr", "pocomm", "poymst"),
        *("poytrn", "poyrcp", "apmast", "apdist", "apchck", "apymst", "apydst", "apychk"),
        *("apvend", "glacnt", "gltype", "glstru", "pebmdt", "wotran"),
        *("arsysd", "sosysd", "icsysd"),
    }
)
"""Tables of a company that some source names; the company code follows the name in the file system."""

SYSTEM_COMPANIES = "syccomp"
COMPANY_CODE, COMPANY_CURRENCY = "compid", "currid"
"""Columns of the table of companies (verified)."""

CHART = "glacnt"
CHART_NUMBER, CHART_NAME = "glacnt", "gldesc"
"""Columns of the chart of accounts (verified)."""


def is_standard(table: str, column: str) -> bool | None:
    """Whether the column is Sage Pro's own; None for a table whose columns are not known."""
    known = COLUMNS.get(table)
    return None if known is None else NEWER_NAMES.get(column, column) in known or column in known
