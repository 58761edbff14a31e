"""Takes counted on this machine: once each, kept over the end of the program, never in the way."""

from dataclasses import replace

import pytest

from studio.generation.contract import Take
from studio.generation.tally import Counts, Tally, fingerprint
from studio.song import Note, Span
from studio.song.notes import rows_of
from studio.song.origin import Origin


def take(number=1, pitch=60, model="pop"):
    origin = Origin(0, model, "ab", "fill", 7, number, '{"seed": 7}', "0.1", False, 0)
    return Take(number, Span(0, 3840), ((1, rows_of([Note(0, 960, pitch)])),), origin)


def test_gn_6_1_takes_are_counted_once_for_each_deed(tmp_path):
    tally = Tally(tmp_path / "state" / "takes.json")
    told = []
    tally.changed.listen(lambda: told.append(1))
    assert tally.count(take(1), "heard")
    assert not tally.count(take(1), "heard")
    assert tally.count(take(1), "kept")
    assert tally.count(take(2), "heard")
    assert tally.count(take(2, model="folk"), "starred")
    assert tally.counts == {"pop": Counts(2, 0, 1), "folk": Counts(0, 1, 0)}
    assert len(told) == 4


def test_gn_6_1_a_take_carried_over_under_another_number_is_the_same():
    assert fingerprint(take(1)) == fingerprint(replace(take(1), number=5))
    assert fingerprint(take(1)) != fingerprint(take(2))
    assert fingerprint(take(1)) != fingerprint(take(1, pitch=61)), "the same request of another song"


def test_gn_6_1_counts_outlive_the_program_and_can_be_cleared(tmp_path):
    path = tmp_path / "takes.json"
    first = Tally(path)
    first.count(take(), "kept")
    first.save()
    again = Tally(path)
    assert again.counts == {"pop": Counts(kept=1)}
    again.clear()
    assert again.counts == Tally(path).counts == {}


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"format": 2, "models": {}}', b'{"format": 1, "models": {"a": {"heard": -1}}}', b"\xff"]
)
def test_gn_6_1_damaged_counts_start_anew(tmp_path, data):
    path = tmp_path / "takes.json"
    path.write_bytes(data)
    tally = Tally(path)
    assert tally.counts == {}
    tally.count(take(), "heard")
    tally.save()
    assert Tally(path).counts == {"pop": Counts(heard=1)}


def test_gn_6_1_counts_that_cannot_be_written_are_in_nobodys_way(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    tally = Tally(tmp_path / "file" / "takes.json")
    assert tally.count(take(), "heard")
    tally.save()
    assert tally.counts == {"pop": Counts(heard=1)}
