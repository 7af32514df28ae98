"""Sales orders: headers, lines and addresses, with their history tables."""

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

SOMAST = Draft(
    "somast",
    Folder.SO,
    "Sales orders.",
    (
        verified("M6", "sono C10, custno C{customer}"),
        inferred(
            "M6",
            "prnpktk C1, sodate D, ordate D, shipvia C12, cshipno C6, fob C12, pterms C20, pdisc N7.3, "
            "pdays N3, pnet N3, disc N7.3, taxrate N7.3, tax Y, ordamt Y, shpamt Y, currship Y, "
            "ponum C20, ornum C10, glarec C3, commid C10, salesmn C4, terr C3, maint C1, prtid C1, "
            "copyid C1, tosw C1, current C1, sostat C1, sotype C1, taxdist C4, bono C10, comtype C1, "
            f"taxsamt Y, taxtbl C10, taxst C10, exempt L, {ADDED_BY}, {LOCKED_BY}, currid C3, exchrat B, "
            "bcurshp Y, bordamt Y, bshpamt Y, btax Y, revrate B, revdate D, exchfrz L",
        ),
        inferred("TW", "defloc C3, notes M, release C1, shipcomp C1, websono C20, currhist C1"),
    ),
    (
        verified("E", "sono: sono"),
        proposed("own", "custno: custno+sono; ponum: upper(ponum)+custno"),
    ),
)

SOTRAN = Draft(
    "sotran",
    Folder.SO,
    "Lines of the orders in somast; the quantity ordered is what remains to be shipped.",
    (
        verified("M6", "sono C10, custno C{customer}, item C{item}"),
        inferred(
            "M6",
            "descrip C35, disc N7.3, taxrate N7.3, cost Y, price Y, qtyord N12.3, qtyshp N12.3, "
            "extprice Y, ordate D, rqdate D, shipdate D, shipqty N12.3, terr C3, salesmn C4, isoclss C6, "
            "glsale C3, glasst C3, wono C10, macode C6, stkcode C1, taxable C1, current C1, sostat C1, "
            "sotype C1, taxdist C4, taxcode C6, loctid C3, lotno C20, serial C20, tier C4, tranlineno N4, "
            f"umfact N12.5, umeasur C6, detail L, boline N4, custmemo M, intmemo M, {ADDED_BY}, "
            f"{LOCKED_BY}, currid C3, exchrat B, bcost Y, bextpri Y, bprice Y, prnpktk C1",
        ),
        inferred(
            "TW",
            "transeq C4, tqtyord N12.3, tqtyshp N12.3, tprice Y, tbprice Y, tcost Y, tbcost Y, "
            "origqtyord N12.3, origextpri Y, currhist C1",
        ),
    ),
    (proposed("own", "sono: sono; line: sono+str(tranlineno,4); item: item+sono"),),
)

SOADDR = Draft(
    "soaddr",
    Folder.SO,
    "Delivery addresses of orders.",
    (
        verified("M6", "sono C10, custno C{customer}"),
        inferred(
            "M6",
            "adtype C1, cshipno C6, company C35, address1 C35, address2 C35, address3 C35, city C20, "
            f"addrstate C10, zip C10, country C15, email C50, phone C20, {ADDED_BY}, {LOCKED_BY}",
        ),
    ),
    (proposed("own", "sono: sono+adtype"),),
)

DRAFTS = (
    SOMAST,
    SOTRAN,
    SOADDR,
    SOMAST.history("soymst", "Orders of closed periods."),
    SOTRAN.history("soytrn", "Lines of the orders in soymst."),
)
