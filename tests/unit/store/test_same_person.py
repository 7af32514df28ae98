from __future__ import annotations

import pytest

from counterfoil.store.deployment_requests import same_person


@pytest.mark.parametrize(
    "other", ["ANN LEE", " ann  lee ", "AnnLee", "\uff21nn Lee", "Ann\u00a0Lee", "Ann\u200bLee"]
)
def test_one_person_in_another_spelling_is_no_second_one(other: str) -> None:
    assert same_person("Ann Lee", other)


def test_accents_are_one_letter_in_both_forms_and_other_letters_are_other_people() -> None:
    assert same_person("Zoe\u0308", "ZO\u00cb")
    assert not same_person("Ann Lee", "Ann Leigh")
    assert not same_person("Zoe", "Zo\u00eb")
