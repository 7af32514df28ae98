"""Each source to one target at most, so that the sum of all gains is the greatest (Jonker and Volgenant)."""

from __future__ import annotations

from collections.abc import Sequence

_NONE = -1


def assign(gains: Sequence[Sequence[int]]) -> list[int | None]:
    """The column of each row; None where it gains nothing. Gains are whole numbers from 0.

    Takes time with the third power of the rows at worst; the same gains always give the same answer.
    """
    matching = _Matching(gains)
    for row in range(len(gains)):
        matching.take_in(row)
    return [
        column if column < len(gains[row]) and gains[row][column] > 0 else None
        for row, column in enumerate(matching.taken)
    ]


class _Matching:
    """A matching of least cost of the rows taken in; each row has a column of its own to stay alone."""

    def __init__(self, gains: Sequence[Sequence[int]]) -> None:
        self._costs = [[-gain for gain in row] + [0] * len(gains) for row in gains]
        width = len(self._costs[0]) if gains else 0
        self._column_prices = [0] * width
        self._owners = [_NONE] * width
        self.taken = [_NONE] * len(gains)

    def take_in(self, row: int) -> None:
        """Finds the cheapest chain of changes that ends at a free column, and makes them."""
        distances, before = self._costs[row][:], [row] * len(self._owners)
        for column, price in enumerate(self._column_prices):
            distances[column] -= price
        still_open, passed = set(range(len(distances))), []
        while True:
            nearest = min(still_open, key=lambda column: (distances[column], column))
            still_open.remove(nearest)
            if self._owners[nearest] == _NONE:
                break
            passed.append(nearest)
            self._reach(nearest, still_open, distances, before)
        self._set_prices(distances[nearest], passed, distances)
        self._change(row, nearest, before)

    def _reach(self, through: int, still_open: set[int], distances: list[int], before: list[int]) -> None:
        row = self._owners[through]
        costs, prices = self._costs[row], self._column_prices
        base = distances[through] - (costs[through] - prices[through])
        for column in still_open:
            distance = base + costs[column] - prices[column]
            if distance < distances[column]:
                distances[column], before[column] = distance, row

    def _set_prices(self, length: int, passed: list[int], distances: list[int]) -> None:
        for column in passed:
            self._column_prices[column] -= length - distances[column]

    def _change(self, row: int, column: int, before: list[int]) -> None:
        """Every row on the chain goes over to the next column."""
        while column != _NONE:
            owner = before[column]
            self._owners[column] = owner
            column, self.taken[owner] = self.taken[owner], column
            if owner == row:
                return
