"""The memo file: texts in blocks, always appended, never overwritten."""

from __future__ import annotations

from counterfoil.foxpro.errors import MemoError
from counterfoil.foxpro.files.table_file import TableFile

HEADER_LENGTH = 512
BLOCK_HEADER_LENGTH = 8
BLOCK_SIZE = 64
READ_AT_ONCE = 512
BLOCK_SIZE_OFFSET, BLOCK_SIZE_BYTES = 6, 2
PICTURE, TEXT, OBJECT = 0, 1, 2
"""Types of a block. Text, which binary memos are as well, and OLE objects are verified by files of FoxPro's.
Blobs are written as pictures are: Microsoft names no type for them, Harbour does so, and no blob that FoxPro
wrote was seen."""
KINDS = frozenset({PICTURE, TEXT, OBJECT})
MEMO_FILE_MAX = 1 << 30
LOST, LOST_MAX = b"\xff", 1 << 20
"""What stands where a crash or a cut left the file short of what its header says, and how much of it may."""


class MemoFile:
    """Reads and appends memos. A crash while appending leaves unused space and nothing worse."""

    def __init__(self, table: str, file: TableFile) -> None:
        self.table = table
        self.file = file
        # The first byte is left alone: while another program appends, Windows keeps others from it.
        size = file.read_at(BLOCK_SIZE_OFFSET, BLOCK_SIZE_BYTES)
        if len(size) < BLOCK_SIZE_BYTES:
            raise MemoError(table, "the memo file is empty; restore it from a backup")
        self.block_size = int.from_bytes(size, "big") or 1

    @property
    def next_block(self) -> int:
        return int.from_bytes(self.file.read_at(0, 4), "big")

    def read(self, block: int) -> bytes:
        """The memo that starts at the block; block 0 is no memo."""
        if block == 0:
            return b""
        start = self._start(block)
        _, length = self._header(block, start)
        following = BLOCK_HEADER_LENGTH + length - len(start)
        more = self.file.read_at(block * self.block_size + len(start), following) if following > 0 else b""
        return start[BLOCK_HEADER_LENGTH : BLOCK_HEADER_LENGTH + length] + more

    def blocks_of(self, block: int) -> int:
        """How many blocks the memo takes; raises MemoError where no memo can begin there."""
        kind, length = self._header(block, self._start(block))
        if kind not in KINDS:
            raise MemoError(self.table, f"memo block {block} does not begin as a memo does")
        return -(-(BLOCK_HEADER_LENGTH + length) // self.block_size)

    def _start(self, block: int) -> bytes:
        """The whole of most memos, and enough of any to know its length."""
        return self.file.read_at(block * self.block_size, READ_AT_ONCE)

    def _header(self, block: int, start: bytes) -> tuple[int, int]:
        """The kind of a memo and its length."""
        offset = block * self.block_size
        kind, length = int.from_bytes(start[:4], "big"), int.from_bytes(start[4:8], "big")
        end = BLOCK_HEADER_LENGTH + length
        is_cut = len(start) < BLOCK_HEADER_LENGTH or (end > len(start) and offset + end > self.file.size())
        if is_cut or offset < HEADER_LENGTH:
            raise MemoError(self.table, f"memo block {block} lies outside the memo file; restore the file")
        return kind, length

    def _mark_lost(self, following: int) -> None:
        """Fill what is missing before the next memo, so that a memo that was cut off is not read as empty."""
        end = self.file.size()
        missing = following * self.block_size - end
        if missing > LOST_MAX:
            raise MemoError(self.table, "the memo file ends long before its next memo; restore the file")
        if missing >= self.block_size:
            self.file.write_at(end, LOST * missing)

    def append(self, data: bytes, kind: int = TEXT) -> int:
        """Write a memo into new blocks and tell the first; the caller holds the memo lock."""
        if not data:
            return 0
        block = self.next_block
        used = BLOCK_HEADER_LENGTH + len(data)
        blocks = -(-used // self.block_size)
        if block * self.block_size < HEADER_LENGTH or (block + blocks) * self.block_size > MEMO_FILE_MAX:
            raise MemoError(self.table, "the memo file is damaged or full; pack the table in FoxPro")
        self._mark_lost(block)
        memo = kind.to_bytes(4, "big") + len(data).to_bytes(4, "big") + data
        self.file.write_at(block * self.block_size, memo.ljust(blocks * self.block_size, b"\0"))
        self.file.write_at(0, (block + blocks).to_bytes(4, "big"))
        return block


def new_memo_file() -> bytes:
    """The bytes of an empty memo file."""
    header = (HEADER_LENGTH // BLOCK_SIZE).to_bytes(4, "big") + bytes(2) + BLOCK_SIZE.to_bytes(2, "big")
    return header.ljust(HEADER_LENGTH, b"\0")
