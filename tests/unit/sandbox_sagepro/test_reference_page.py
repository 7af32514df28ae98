from __future__ import annotations

from tests.support.sample_reference import HEADING, PAGE, render_reference


def test_the_page_says_what_the_code_says() -> None:
    """Run ``python -m tests.support.sample_reference`` after a change of structures or checks."""
    _, heading, made = PAGE.read_text("utf-8").partition(HEADING)
    assert heading + made == render_reference()
