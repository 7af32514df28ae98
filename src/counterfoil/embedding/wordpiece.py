"""Texts as the numbers of a BERT vocabulary: lower case, no accents, the longest known pieces of each word.

The rules are those of `tokenizer.json` beside the weights; the results were compared with its library.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping

TOKENS_MAX = 128
_WORD_MAX = 100
_START, _END, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_ASCII_SIGNS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_IDEOGRAPHS = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2FA1F), (0xF900, 0xFAFF))


class WordPieces:
    """A vocabulary: one piece a line, its number the line's; pieces inside a word begin with ##."""

    def __init__(self, lines: str) -> None:
        self._numbers: Mapping[str, int] = {piece: number for number, piece in enumerate(lines.split("\n"))}

    def numbers(self, text: str) -> list[int]:
        """The text's pieces between start and end, cut off at `TOKENS_MAX`."""
        found = [number for word in _words(text) for number in self._pieces(word)][: TOKENS_MAX - 2]
        return [self._numbers[_START], *found, self._numbers[_END]]

    def _pieces(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word) <= _WORD_MAX:
            end = next((end for end in range(len(word), start, -1) if self._is_known(word, start, end)), 0)
            if not end:
                return [self._numbers[_UNKNOWN]]
            found.append(self._numbers[_piece(word, start, end)])
            start = end
        return found or [self._numbers[_UNKNOWN]]

    def _is_known(self, word: str, start: int, end: int) -> bool:
        return _piece(word, start, end) in self._numbers


def _piece(word: str, start: int, end: int) -> str:
    return word[start:end] if start == 0 else f"##{word[start:end]}"


def _words(text: str) -> Iterator[str]:
    """Words and single signs."""
    word = ""
    for sign in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(sign)
        if category == "Mn" or (category in {"Cc", "Cf", "Co"} and sign not in "\t\n\r"):
            continue
        is_alone = sign in _ASCII_SIGNS or category.startswith("P") or _is_ideograph(sign)
        if word and (is_alone or sign.isspace()):
            yield word
            word = ""
        if is_alone:
            yield sign
        elif not sign.isspace():
            word += sign
    if word:
        yield word


def _is_ideograph(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in _IDEOGRAPHS)
