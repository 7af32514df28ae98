"""The FoxPro program by its named troubles: what it cannot do it says, and leaves the books alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from counterfoil.connectors.sagepro.outbox.folder import Place
from counterfoil.connectors.sagepro.outbox.handed import State
from counterfoil.connectors.sagepro.outbox.lines import seal, unseal
from counterfoil.connectors.sagepro.records import TableName
from counterfoil.foxpro.creation import create_table
from counterfoil.foxpro.table import Table
from counterfoil.ports.erp import Conflict, HandedOver, Refused
from tests.support.outbox_site import Outbox, outbox
from tests.support.outbox_worker import PROGRAM, import_entries, outbox_of
from tests.support.sagepro_books import receipt
from tests.support.sagepro_site import TAGS, Site
from tests.support.visual_foxpro.machine import Machine

FACT = receipt("ABC", {"1001": "60"}, transaction="1")


def why(agent: Outbox, number: int = 1) -> str:
    agent.backend.recover()
    one = agent.book.get(number)
    assert one is not None
    return f"{one.state.value}: {one.why}"


def packed(site: Site, name: TableName) -> None:
    """The table's rows in another order, as PACK and a sort leave them."""
    rows = site.read(name)[::-1]
    path = site.path(name)
    for file in path.parent.glob(f"{path.stem}.*"):
        file.unlink()
    create_table(path, site.fields[name], TAGS[name], rows=rows)


def test_rows_that_were_moved_are_found_by_what_they_are_known_by(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        packed(site, TableName.DOCUMENTS)
        packed(site, TableName.CUSTOMERS)
        import_entries(site)
        posted = agent.backend.find_posting(FACT.key)
    assert posted is not None
    (document,) = (row for row in posted.rows if row.table == "armast01")
    assert document.record == 3
    assert site.one(TableName.DOCUMENTS, invno="1001")["balance"] == 40
    assert site.findings() == []


def test_a_row_that_stands_twice_is_not_guessed_at(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        with Table.open(site.path(TableName.DOCUMENTS), writable=True) as table:
            twin = table.read(1).values
            table.append(twin)
            table.append(twin)
            table.delete(1)
        import_entries(site)
        assert why(agent) == "changed: armast01: the row of record 1 is gone, or stands there twice"
    assert site.read(TableName.CASH) == []


@pytest.mark.parametrize(
    ("column", "value"), [("arstat", "V"), ("lckstat", "X"), ("custno", "XYZ"), ("balance", Decimal(99))]
)
def test_a_guard_that_fails_is_named(site: Site, column: str, value: str | Decimal) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        site.edit(TableName.DOCUMENTS, "1001", **{column: value})
        before = site.contents()
        import_entries(site)
        assert why(agent).startswith("changed: armast01")
    assert site.contents() == before


def test_a_table_in_none_of_the_folders_is_named(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        machine = Machine(PROGRAM.read_text("ascii"), now=site.clock.now)
        assert machine.run("CfImport", str(outbox_of(site)), str(site.folder)) == 1
        machine.close()
        assert why(agent).startswith("refused: table arcash01 lies in none of the folders")
        assert isinstance(agent.post(FACT)[0], Refused)


def test_letters_beyond_ascii_come_in_as_they_are(site: Site) -> None:
    site.edit(TableName.DOCUMENTS, "1001", ponum="Größe")
    with outbox(site) as agent:
        agent.post(FACT)
        text = agent.folder.read(Place.WAITING, 1) or ""
        assert "put|ponum|C|Gr%F6%DFe" in text
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
    assert str(site.one(TableName.CASH)["ponum"]).strip() == "Größe"


def test_letters_are_refused_under_another_code_page(site: Site) -> None:
    site.edit(TableName.DOCUMENTS, "1001", ponum="Größe")
    with outbox(site) as agent:
        agent.post(FACT)
        machine = Machine(PROGRAM.read_text("ascii"), now=site.clock.now)
        machine.session.code_page = 437
        machine.run("CfImport", str(outbox_of(site)), str(site.data))
        machine.close()
        assert "arcash01.ponum: letters of code page 1252" in why(agent)
    assert site.read(TableName.CASH) == []


def test_a_second_worker_ends_at_once(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        seen: list[int] = []

        def start_another(step: str) -> None:
            if step == "rename to taken":
                seen.append(import_entries(site))

        assert import_entries(site, gate=start_another) == 1
        assert seen == [-1]
        assert agent.backend.find_posting(FACT.key)
    assert len(site.read(TableName.CASH)) == 1


def test_a_key_that_came_in_with_other_content_is_a_conflict(site: Site) -> None:
    """Two ledgers handed the same key over, each for its own receipt."""
    with outbox(site) as agent:
        agent.post(FACT)
        import_entries(site)
        agent.backend.recover()
        ledger = agent.book.folder
    for file in [*ledger.iterdir(), *(outbox_of(site) / "done").iterdir()]:
        file.unlink()
    with outbox(site) as agent:
        assert isinstance(agent.post(receipt("XYZ", {"2001": "10"}, transaction="1"))[0], HandedOver)
        import_entries(site)
        assert why(agent).startswith("conflict: entered before, with entry 1")
        (answer,) = agent.post(receipt("XYZ", {"2001": "10"}, transaction="1"))
        assert isinstance(answer, Conflict)
    assert len(site.read(TableName.CASH)) == 1


def test_what_goes_wrong_in_the_middle_is_taken_back(site: Site) -> None:
    """The distribution table takes no second row: it is held from then on."""
    before = {name: site.read(name) for name in (TableName.CASH, TableName.DOCUMENTS, TableName.CUSTOMERS)}
    with outbox(site) as agent, Table.open(site.path(TableName.DISTRIBUTIONS), writable=True) as table:
        agent.post(FACT)
        held: list[object] = []

        def hold(step: str) -> None:
            if step == "write cf_ardist01":
                lock = table.locks.header(table.patience.deadline())
                lock.__enter__()
                held.append(lock)

        import_entries(site, gate=hold)
        assert agent.places(1) == {"waiting"}
        assert held
    assert {name: site.read(name) for name in before} == before
    with outbox(site) as agent:
        import_entries(site)
        assert agent.backend.find_posting(FACT.key)
        assert agent.state(1) is State.DONE
    assert site.findings() == []


def test_a_changed_file_is_refused(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        path = agent.folder.files(Place.WAITING)[1]
        path.write_bytes(path.read_bytes().replace(b"counterfoil-outbox|1", b"counterfoil-outbox|2"))
        import_entries(site)
        assert "checksum does not fit" in why(agent)


def test_an_entry_of_another_version_is_refused(site: Site) -> None:
    with outbox(site) as agent:
        agent.post(FACT)
        lines = unseal(agent.folder.read(Place.WAITING, 1) or "")
        lines[0] = ["counterfoil-outbox", "2"]
        agent.folder.files(Place.WAITING)[1].write_text(seal(lines), "ascii", newline="")
        import_entries(site)
        assert "of another version than this program" in why(agent)
