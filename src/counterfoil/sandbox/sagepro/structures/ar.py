"""Receivables: customers, open items, receipts, distributions and link codes, with their history tables."""

from __future__ import annotations

from counterfoil.sandbox.sagepro.structures.columns import (
    ADDED_BY,
    LOCKED_BY,
    Draft,
    Folder,
    inferred,
    proposed,
    verified,
)

ARCUST = Draft(
    "arcust",
    Folder.AR,
    "Customers.",
    (
        verified(
            "W",
            "custno C{customer}, company C35, contact C30, title C30, address1 C35, address2 C35, "
            "city C20, addrstate C10, zip C10, country C15, phone C20, phone2 C20, terr C3, indust C8, "
            "salesmn C4, source C15, code C2, type C8, pterms C20, pdisc N7.3, pdays N3, pnet N3, "
            "svc N7.3, tax N7.3, disc N7.3, ldate D, lastpay D, entered D, credlimit Y, balance Y, "
            "hibalance Y, ptdsls Y, ytdsls Y, onorder Y, credit Y, lpymt Y, lsale Y, pmtdays N6.1, "
            "gllink C3, aracct C24, sltxact C24, fchgact C24, comment C65, history C1, pricecode C3, "
            "taxcode C6, currency C3, flags C10, cstnum1 N9, cstnum2 N9, lstcall D, dealer C10, "
            "faxno C20, taxdist C4, statfmt C1, forward Y, taxtbl C10, staxcrt L, email M, cstmemo M",
        ),
        verified("W", f"{ADDED_BY}, {LOCKED_BY}, latitude N9.5, longitude N10.6"),
        inferred(
            "W",
            "url M, webcust L, eshop L, ecrmstat C1, credstat C1, nlacno C{customer}, custstat C1, "
            "depact C24",
        ),
    ),
    (
        verified(
            "W",
            "custno: custno; company: upper(company); zip: zip+custno; phone: phone; "
            "terr: upper(terr+company); salesmn: upper(salesmn+company); state: upper(addrstate+company); "
            "city: upper(city+company); nlacno: nlacno; faxno: upper(substr(faxno,5,8)); deleted: deleted()",
        ),
    ),
)

ARCADR = Draft(
    "arcadr",
    Folder.AR,
    "Ship-to addresses of customers.",
    (
        verified("M6", "custno C{customer}"),
        inferred(
            "M6",
            "cshipno C6, defaship C1, company C35, contact C30, title C30, address1 C35, address2 C35, "
            "city C20, addrstate C10, zip C10, country C15, phone C20, terr C3, salesmn C4, code C2, "
            "tax N7.3, disc N7.3, entered D, gllink C3, comment C65, dealer C10, faxno C20, taxdist C4, "
            f"fob C12, shipid C6, shipvia C12, taxtbl C10, {ADDED_BY}, {LOCKED_BY}, latitude N9.5, "
            "longitude N10.6, email M",
        ),
    ),
    (proposed("own", "custno: custno+cshipno"),),
)

ARMAST = Draft(
    "armast",
    Folder.AR,
    "Open items and closed items of the current period: invoices, credit memos, open credits.",
    (
        verified("E", "invno C10"),
        verified("M6", "custno C{customer}"),
        inferred(
            "K",
            "invdte D, salesmn C4, terr C3, ponum C20, refno C10, disc N7.3, taxrate N7.3, tax Y, "
            "invamt Y, disamt Y, paidamt Y, balance Y, shipvia C12, fob C12, pterms C20, pdisc N7.3, "
            "pdays N3, pnet N3, dtepaid D, ordate D, ornum C10, commid C10, glarec C3, tosw C1, prtid C1, "
            "arstat C1, artype C1, batch C10, current C1, taxdist C4",
        ),
        inferred("C", "notes M, bbal Y"),
        inferred("TP", "currhist C1"),
        proposed(
            "own",
            "taxsamt Y, taxtbl C10, cshipno C6, currid C3, exchrat B, binvamt Y, bpaidamt Y, bdisamt Y, "
            "btax Y",
        ),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (
        inferred("F", "invno: invno"),
        proposed(
            "own", "custno: custno+invno; ornum: ornum; invdte: dtos(invdte)+invno; ponum: upper(ponum)"
        ),
    ),
)

ARTRAN = Draft(
    "artran",
    Folder.AR,
    "Lines of the items in armast.",
    (
        verified("E", "invno C10"),
        verified("M6", "custno C{customer}, item C{item}"),
        inferred(
            "K",
            "descrip C35, disc N7.3, taxrate N7.3, cost Y, price Y, qtyord N12.3, qtyshp N12.3, invdte D, "
            "ponum C20, extprice Y, salesmn C4, terr C3, isoclss C6, stkcode C1, taxable C1, arstat C1, "
            "artype C1, glsale C3, glasst C3, batch C10, current C1, taxdist C4",
        ),
        inferred("F", "loctid C3, serial C20"),
        inferred("C", "tranlineno N4"),
        inferred("TP", "sono C10, transeq C4, tqtyshp N12.3, umeasur C6, currhist C1"),
        proposed("own", "currid C3, exchrat B, bprice Y, bcost Y, bextpri Y"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (
        proposed(
            "own",
            "invno: invno; line: invno+str(tranlineno,4); sono: sono; item: item+dtos(invdte); "
            "custno: custno+invno",
        ),
    ),
)

ARCASH = Draft(
    "arcash",
    Folder.AR,
    "Receipts of the current period, one row for each item that a receipt touches.",
    (
        verified("E", "invno C10"),
        verified("M6", "custno C{customer}"),
        inferred(
            "K",
            "invdte D, salesmn C4, ponum C20, refno C10, dtepaid D, paidamt Y, disamt Y, apcode C1, "
            "artype C1, glarec C3, glaccnt C24, batch C10, applto C10, recdel L",
        ),
        verified("K", "userid C4, oti C9, ccati C8"),
        proposed("own", "currid C3, exchrat B, bpaidamt Y, bdisamt Y"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "invno: invno; custno: custno+invno; refno: refno; dtepaid: dtos(dtepaid)+refno"),),
)

ARDIST = Draft(
    "ardist",
    Folder.AR,
    "Distribution of receivables to GL accounts; debits positive, credits negative.",
    (
        verified("M6", "custno C{customer}"),
        verified("E", "invno C10"),
        proposed(
            "K",
            "pstdate D, ref C10, account C24, amount Y, dtstat C1, dttype C1, batch C10, prtid C1",
        ),
        proposed("own", f"currid C3, exchrat B, bamount Y, {ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "invno: invno; ref: ref; account: account+dtos(pstdate)"),),
)

ARGLAC = Draft(
    "arglac",
    Folder.AR,
    "GL accounts for each pair of sales link code and inventory link code.",
    (
        inferred("M6", "scode C3, icode C3, descr C35, activity C24, incom C24, costs C24, lndisc C24"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "scode: scode+icode"),),
)

DRAFTS = (
    ARCUST,
    ARCADR,
    ARMAST,
    ARTRAN,
    ARCASH,
    ARDIST,
    ARGLAC,
    ARMAST.history("arymst", "Items of closed periods."),
    ARTRAN.history("arytrn", "Lines of the items in arymst."),
    ARCASH.history("arycsh", "Receipts of closed periods."),
)
