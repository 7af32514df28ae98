"""Inventory: items, stock by location and by store, cost tiers, movements and locations."""

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

ICITEM = Draft(
    "icitem",
    Folder.IC,
    "Items, the pseudo-items for freight, discount and tax among them.",
    (
        verified("E", "item C{item}"),
        inferred(
            "M6b",
            "itmdesc C35, plinid C6, altitm1 C{item}, altitm2 C{item}, suplier C6, stkumid C6, "
            "appldisc L, sumfact N12.5, pumfact N12.5, sunmsid C6, punmsid C6, avgcost Y, stdcost Y, "
            "lstcost Y, ionhand N12.3, ipusvl Y, ipslvl Y, ipusqt N12.3, ipslqt N12.3, iyusvl Y, "
            "iyslvl Y, iyusqt N12.3, iyslqt N12.3, ilsale D, ilrecv D, ilpcnt D, ilordr D, price Y, "
            "price2 Y, level2 N12.3, price3 Y, level3 N12.3, sdisrat N7.3, loadpct N7.3, decnum N1, "
            "taxcode C6, abccode C1, cntcode C2, upccode C20, stkcode C1, type C8, comcode C10, resell L, "
            "history L, uselots C1, useserl C1, makeitr L, purextr L, defcost C1, phantom L, onbom L, "
            "genpob L, weight N12.4, itmclss C6, code C2, barcode C20, commpln C6, nserial N10, "
            "nlotno N10, itmmemo M, drpshp L, inspect L, subcom L",
        ),
        inferred("F", "itmdes2 C35, itemstat C1"),
        inferred("M6b", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "item: item; itmdesc: upper(itmdesc); plinid: plinid+item"),),
)

ICILOC = Draft(
    "iciloc",
    Folder.IC,
    "Stock and costs of each item at each location.",
    (
        verified("E", "item C{item}, loctid C3"),
        inferred(
            "F",
            "lonhand N12.3, lonordr N12.3, orderpt N12.3, ordqty N12.3, lsale D, lrecv D, maxlevel N12.3",
        ),
        inferred("E", "ptdslqt N12.3, ptdslvl Y, ytdslqt N12.3, ytdslvl Y"),
        inferred("NP", "lsoaloc N12.3, lwoaloc N12.3"),
        inferred(
            "TW",
            "lavgcst Y, lstdcst Y, llstcst Y, slagcst Y, slsdcst Y, slltcst Y, plagcst Y, plsdcst Y, "
            "plltcst Y, icacct C24, rclacct C24, iclacct C24, icacts C24, icactv C24, gllink C3, "
            "itemstat C1, iftype C1, lsupplr C6",
        ),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (verified("E", "item1: item+loctid"), proposed("own", "loctid: loctid+item")),
)

ICIQTY = Draft(
    "iciqty",
    Folder.IC,
    "Stock of each item at each location by store, bin and serial number.",
    (
        verified("E", "item C{item}, loctid C3, qstore C4"),
        inferred("F", "qbin C6, qonhand N12.3, qsoaloc N12.3"),
        inferred("TW", "qserial C20, qtranno C10"),
        inferred("E", "issued D"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (verified("E", "item5: item+loctid+qstore"),),
)

ICCOST = Draft(
    "iccost",
    Folder.IC,
    "Cost tiers of each item at each location.",
    (
        verified("E", "item C{item}, loctid C3"),
        inferred("F", f"tier C4, conhand N12.3, cost Y, {ADDED_BY}"),
        inferred("M6", LOCKED_BY),
    ),
    (proposed("own", "item: item+loctid+tier"),),
)

ICTRAN = Draft(
    "ictran",
    Folder.IC,
    "Stock movements of the current period.",
    (
        verified("E", "loctid C3, item C{item}"),
        inferred(
            "F",
            "ttranno C10, serial C20, tier C4, ref C35, trantyp C2, tdate D, tstat C1, tqty N12.3, "
            "tcost Y, price Y, applid C2, orgno C10, docno C10, tstore C4, tbin C6",
        ),
        inferred("E", "per C6"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "ttranno: ttranno; item: item+loctid+dtos(tdate)"),),
)

ICLOCT = Draft(
    "icloct",
    Folder.IC,
    "Locations.",
    (
        verified("E", "loctid C3"),
        inferred("TW", "locdesc C35, icactm C24"),
        inferred("M6", f"{ADDED_BY}, {LOCKED_BY}"),
    ),
    (proposed("own", "loctid: loctid"),),
)

DRAFTS = (ICITEM, ICILOC, ICIQTY, ICCOST, ICTRAN, ICLOCT)
