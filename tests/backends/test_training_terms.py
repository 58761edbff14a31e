"""Terms of training data: known sets are recognised, unknown ones are never called free."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.training.terms import is_permissive, source_for, sources_for


@pytest.mark.parametrize("licence", ["MIT", "MIT, public-domain songs", "CC BY 4.0", "CC-BY 4.0", "CC0", "BSD (3-clause)"])
def test_free_terms_are_permissive(licence: str) -> None:
    assert is_permissive(licence)


@pytest.mark.parametrize("licence", ["GPL-3.0", "CC BY-NC-SA 4.0", "not stated", "unknown licence", "research only", "mitigated"])
def test_other_terms_are_not(licence: str) -> None:
    assert not is_permissive(licence)


def test_a_known_set_is_found_by_any_part_of_its_path() -> None:
    found = source_for(Path("/data/nottingham/MIDI/melody"), 0.5, {})
    assert (found.licence, found.permissive, found.share) == ("GPL-3.0", False, 0.5)


def test_the_users_word_wins() -> None:
    assert source_for(Path("mine"), 1, {}).permissive is False
    assert source_for(Path("mine"), 1, {"mine": "public domain"}).permissive is True


def test_folders_of_one_set_are_added_up() -> None:
    found = sources_for([(Path("POP909/a"), 30), (Path("POP909/b"), 30), (Path("folk_abc"), 40)], {})
    assert [(source.name, source.share) for source in found] == [("POP909", 0.6), ("Folk tunes in ABC", 0.4)]
