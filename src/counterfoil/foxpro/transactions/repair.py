"""What must still be written of an interrupted transaction, and which of its rows a person must judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from counterfoil.foxpro.errors import IndexDamagedError, KeyValueError, MemoError
from counterfoil.foxpro.files.table_file import PAGE, PageWrite
from counterfoil.foxpro.index.index_file import Tag
from counterfoil.foxpro.index.table_index import Edit, TableIndex
from counterfoil.foxpro.table import Table
from counterfoil.foxpro.transactions.changes import (
    PageChange,
    RowChange,
    TableChange,
    Tables,
    memo_digest,
    page_digest,
)
from counterfoil.foxpro.transactions.journal_rows import Strange
from counterfoil.foxpro.transactions.sightings import Lookout, Sighting
from counterfoil.foxpro.transactions.totals import Totals, merged
from counterfoil.foxpro.transactions.verdicts import (
    Belief,
    Judgement,
    Kind,
    Order,
    Step,
    Verdict,
    flipped,
    judge_append,
    judge_update,
    weigh,
)

Row = tuple[str, int]


class Repair:
    """Looks at every table, judges every row, then plans anew; writes nothing. The caller holds the locks."""

    def __init__(
        self, tables: Tables, changes: Sequence[TableChange], order: Order, *, held: set[str]
    ) -> None:
        self.strange: list[Strange] = []
        """Rows that nobody but a person may touch."""
        self._tables = tables
        self._lookouts = [Lookout(tables[change.table], change, order) for change in changes]
        self._totals = Totals(tables, self._lookouts, held)
        for lookout in self._lookouts:
            if not lookout.has_own_pages:
                _refuse_damaged(lookout)
        verdicts = self._verdicts(order)
        self.changes = [self._planned(lookout, verdicts) for lookout in self._lookouts]
        """What is left to be written, in the order of writing."""

    def _verdicts(self, order: Order) -> dict[Row, Judgement]:
        seen = [(lookout, one) for lookout in self._lookouts for one in lookout.sightings]
        beliefs = self._beliefs(order)
        appended = [(one.row.place, one.seen) for _, one in seen if one.row.is_append]
        places = [place for place, _ in appended]
        alive = dict(zip(places, flipped(appended, order), strict=True))
        return {
            (lookout.change.table, one.row.recno): (
                _judge_append(lookout, one, belief, is_live=alive[one.row.place])
                if one.row.is_append
                else self._judge_update(lookout, one, belief)
            )
            for (lookout, one), belief in zip(seen, beliefs, strict=True)
        }

    def _beliefs(self, order: Order) -> list[Belief]:
        """What the order of writing, index pages among it, tells of the rows."""
        steps = [step for lookout in self._lookouts for step in _steps(lookout)]
        return [
            belief
            for step, belief in zip(steps, weigh(steps, order), strict=True)
            if step.kind is not Kind.PAGE
        ]

    def _judge_update(self, lookout: Lookout, one: Sighting, belief: Belief) -> Judgement:
        judgement = judge_update(one.seen, self._totals.evidence(lookout, one, belief))
        return _unless_taken(lookout, one, judgement)

    def _planned(self, lookout: Lookout, verdicts: dict[Row, Judgement]) -> TableChange:
        rows: list[RowChange] = []
        settled: dict[int, bytes] = {}
        following = lookout.count + 1
        for one in lookout.sightings:
            judgement = verdicts[lookout.change.table, one.row.recno]
            if judgement.verdict is Verdict.QUARANTINE:
                self.strange.append(Strange(one.row, one.found, one.at, judgement.why))
                settled[one.row.recno] = one.found
            elif judgement.verdict is Verdict.LEAVE:
                settled[one.row.recno] = one.found
            elif one.row.is_append and one.at is None:
                rows.append(replace(one.row, recno=following))
                following += 1
            else:
                rows.append(_decided(lookout, one, judgement))
        count = lookout.change.count if lookout.is_quiet else lookout.count
        pages = tuple(_pages(lookout, rows, settled))
        return TableChange(lookout.change.table, count, tuple(rows), pages)


def _steps(lookout: Lookout) -> Iterator[Step]:
    """One table in the order of writing: appended rows, index pages, changed rows."""
    for one in lookout.sightings:
        if one.row.is_append:
            yield Step(one.seen, Kind.APPEND)
    for seen in lookout.pages_seen:
        yield Step(seen, Kind.PAGE)
    for one in lookout.sightings:
        if not one.row.is_append:
            yield Step(one.seen, Kind.UPDATE)


def _judge_append(lookout: Lookout, one: Sighting, belief: Belief, *, is_live: bool) -> Judgement:
    written, doubtful = belief is not Belief.UNKNOWN, lookout.is_doubtful(one)
    judgement = judge_append(one.seen, written=written, is_live=is_live, is_doubtful=doubtful)
    return _unless_taken(lookout, one, judgement)


def _decided(lookout: Lookout, one: Sighting, judgement: Judgement) -> RowChange:
    if judgement.verdict is Verdict.MERGE:
        after = merged(lookout.table, one.row, one.found)
        if after is not None:
            memos = memo_digest(lookout.table, one.found, after)
            return replace(one.row, before=one.found, after=after, memos=memos)
    return replace(one.row, recno=one.at) if one.row.is_append and one.at else one.row


def _unless_taken(lookout: Lookout, one: Sighting, judgement: Judgement) -> Judgement:
    writes = judgement.verdict in {Verdict.WRITE, Verdict.KEEP, Verdict.MERGE}
    if writes and not lookout.has_own_pages and _is_taken(lookout, one):
        return Judgement(Verdict.QUARANTINE, "another row has its candidate key by now")
    if writes and not lookout.is_quiet and _is_number_taken(lookout, one):
        return Judgement(Verdict.QUARANTINE, "another row has drawn its number by now")
    if writes and not _has_memos(lookout.table, one.row):
        return Judgement(Verdict.QUARANTINE, "its memos are not in the memo file any more")
    return judgement


def _has_memos(table: Table, row: RowChange) -> bool:
    """Whether the memo file still holds what the row will point to; a PACK drops what nothing pointed to."""
    try:
        return memo_digest(table, row.old_row, row.after) == row.memos
    except MemoError:
        return False


def _is_number_taken(lookout: Lookout, one: Sighting) -> bool:
    """Whether an appended row that is not there has an autoincrement number that another row has by now."""
    counters = lookout.table.codec.counters if one.row.is_append and one.at is None else ()
    return any(
        raw[field.offset : field.end] == one.row.after[field.offset : field.end]
        for field in counters
        for _, raw in lookout.table.storage.raws()
    )


def _is_taken(lookout: Lookout, one: Sighting) -> bool:
    """Whether a row of somebody else has a candidate key by now that this one should get."""
    at = one.at or lookout.count + 1
    return any(
        other != at and (found := lookout.found(other)) and tag.key_of(other, found) == key
        for tag in _kept(lookout)
        if tag.candidate and (key := tag.key_of(at, one.row.after)) is not None
        if one.row.is_append or tag.key_of(at, one.row.before) != key
        for other in tag.matching(key)
    )


def _kept(lookout: Lookout) -> list[Tag]:
    return lookout.table.index.kept if lookout.table.index else []


def _refuse_damaged(lookout: Lookout) -> None:
    """Others wrote index pages after the crash; where the tree does not hold together we cannot mend it."""
    for tag in _kept(lookout):
        findings = tag.check()
        if findings:
            reason = f"tag {tag.name}: {findings[0]}; reindex the table in FoxPro, then run recovery again"
            raise IndexDamagedError(lookout.table.name, reason)


def _pages(lookout: Lookout, rows: Sequence[RowChange], settled: dict[int, bytes]) -> Iterator[PageChange]:
    """The index pages as they must become: those decided, where they are still ours, mended key by key."""
    index = lookout.table.index
    if index is None:
        return
    own = [page.write for page in lookout.change.pages]
    base = own if lookout.has_own_pages else list(_found_pages(index, own))
    becomes = {row.recno: row.after for row in rows} | settled
    images = [
        (row.recno, image) for row in (*lookout.change.rows, *rows) for image in (row.old_row, row.after)
    ]
    images += [
        (one.row.recno, one.found) for one in lookout.sightings
    ]  # A reindex takes torn rows as they are.
    suspects = [(recno, image) for recno, image in images if image]
    is_plain = lookout.is_quiet and not settled
    writes = index.plan_anew(base, lambda: () if is_plain else _edits(lookout, index, becomes, suspects))
    for write in writes:
        yield PageChange(page_digest(index.file, write.offset), write)


def _found_pages(index: TableIndex, own: Sequence[PageWrite]) -> Iterator[PageWrite]:
    """The pages as others left them, to be written again: the disk may not have taken them from us."""
    for page in own:
        data = index.file.read_at(page.offset, PAGE)
        if len(data) == PAGE:
            yield PageWrite(page.offset, data)


def _edits(
    lookout: Lookout, index: TableIndex, becomes: dict[int, bytes], suspects: list[tuple[int, bytes]]
) -> Iterator[Edit]:
    """Keys that rows lack, and keys of earlier bytes that are there and that the rows do not have."""
    for tag in index.kept:
        for recno, raw in becomes.items():
            key = tag.key_of(recno, raw) if raw else None
            if key is not None and not tag.contains(key, recno):
                yield Edit(tag, recno, None, key)
        for recno, image in suspects:
            key = _suspect_key(tag, recno, image)
            there = becomes.get(recno) or lookout.found(recno)
            if (
                key is not None
                and not (there and tag.key_of(recno, there) == key)
                and tag.contains(key, recno)
            ):
                yield Edit(tag, recno, key, None)


def _suspect_key(tag: Tag, recno: int, image: bytes) -> bytes | None:
    try:
        return tag.key_of(recno, image)
    except KeyValueError:  # Nobody can have put it into the tag.
        return None
