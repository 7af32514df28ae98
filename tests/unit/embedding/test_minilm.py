from __future__ import annotations

from pathlib import Path

import pytest

from counterfoil.embedding.minilm import MiniLm, missing
from counterfoil.embedding.weights import read_weights
from counterfoil.embedding.wordpiece import TOKENS_MAX, WordPieces
from counterfoil.ports.errors import ConfigurationError

PIECES = WordPieces("[PAD]\n[UNK]\n[CLS]\n[SEP]\npay\n##ment\n##s\nno\n.\nelan\n万")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", []),
        ("Payments No.", [4, 5, 6, 7, 8]),
        ("Élan", [9]),
        ("万no", [10, 7]),
        ("pays xyz", [4, 6, 1]),
        ("no\u200bno\x00", [1]),
        ("no " * 200, [7] * (TOKENS_MAX - 2)),
        ("p" * 101, [1]),
    ],
)
def test_a_text_is_the_longest_known_pieces(text: str, numbers: list[int]) -> None:
    assert PIECES.numbers(text) == [2, *numbers, 3]


def test_without_its_packages_the_model_says_what_it_needs() -> None:
    lacking = missing()
    if not lacking:
        assert len(MiniLm().embed(["x"])[0]) == 384
        return
    with pytest.raises(ConfigurationError, match=lacking[0]):
        MiniLm()


@pytest.mark.parametrize(
    "content", [b"", b"\x02\0\0\0\0\0\0\0[]", b"\xff" * 8, b'\x0c\0\0\0\0\0\0\0{"a": {"x":1']
)
def test_a_file_that_holds_no_weights_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="holds no weights"):
        read_weights(path, None)
