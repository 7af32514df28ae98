from __future__ import annotations

from tests.tidy import rules


def test_a_float_literal_is_found() -> None:
    assert list(rules.floats("x = 0.1")) == ["line 1: float literal 0.1"]


def test_the_builtin_float_is_found() -> None:
    assert list(rules.floats("def f(x: float) -> None: ...")) == ["line 1: builtin float"]


def test_a_long_body_is_found_and_its_docstring_not_counted() -> None:
    body = "\n".join("    x = 1" for _ in range(41))
    assert list(rules.long_bodies(f"def f():\n    '''Doc.'''\n{body}\n")) == [
        "line 1: body of f has 41 lines"
    ]
    shorter = body.removeprefix("    x = 1\n")
    assert list(rules.long_bodies(f"def f():\n    '''Doc.'''\n{shorter}\n")) == []


def test_a_broad_except_is_found() -> None:
    source = "try:\n    pass\nexcept Exception:\n    pass\n"
    assert list(rules.broad_excepts(source)) == ["line 3: broad except"]


def test_a_vendor_word_is_found() -> None:
    assert list(rules.names_in("class PayTraceThing: ...", ("paytrace",))) == ["line 1: paytrace"]


def test_a_quoted_word_is_found_and_a_name_is_not() -> None:
    assert list(rules.quoted("invno = 'invno'", frozenset({"invno"}))) == ["line 1: 'invno'"]
