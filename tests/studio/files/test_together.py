"""Several files of one export: all there in the end, or everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.errors import UnwritableFile
from studio.files.together import together
from studio.jobs.progress import Cancelled
from studio.system import System
from tests.failing_system import FailingSystem


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_folder_appears_whole(tmp_path: Path) -> None:
    with together(tmp_path / "parts") as folder:
        (folder / "one").write_text("1")
        assert not (tmp_path / "parts").exists()
    assert (names(tmp_path), names(tmp_path / "parts")) == (["parts"], ["one"])


@pytest.mark.parametrize("problem", [Cancelled(), UnwritableFile("no"), KeyboardInterrupt()])
def test_what_fails_or_is_cancelled_leaves_nothing(tmp_path: Path, problem: BaseException) -> None:
    def write() -> None:
        with together(tmp_path / "parts") as folder:
            (folder / "one").write_text("1")
            raise problem

    with pytest.raises(type(problem)):
        write()
    assert names(tmp_path) == []


def test_a_folder_that_is_there_keeps_what_else_is_in_it(tmp_path: Path) -> None:
    target = tmp_path / "parts"
    target.mkdir()
    (target / "mine").write_text("mine")
    (target / "one").write_text("old")
    with together(target) as folder:
        (folder / "one").write_text("new")
        (folder / "two").write_text("2")
    assert names(target) == ["mine", "one", "two"]
    assert (target / "one").read_text() == "new"
    assert names(tmp_path) == ["parts"]


def test_a_file_that_cannot_take_its_place_puts_all_others_back(tmp_path: Path) -> None:
    target = tmp_path / "parts"
    target.mkdir()
    for name in ("one", "three"):
        (target / name).write_text("old")

    def write(system: System) -> None:
        with together(target, system) as folder:
            for name in ("one", "three", "two"):
                (folder / name).write_text("new")

    refused = 0
    for number in range(1, 20):
        try:
            write(FailingSystem(number, names=("replace",)))
        except UnwritableFile:
            refused += 1
            assert names(target) == ["one", "three"]
            assert {(target / name).read_text() for name in names(target)} == {"old"}
            assert names(tmp_path) == ["parts"]
    assert refused == 5
    assert names(target) == ["one", "three", "two"]


def test_a_folder_where_a_file_should_go_is_not_ours_to_replace(tmp_path: Path) -> None:
    target = tmp_path / "parts"
    (target / "two" / "in it").mkdir(parents=True)
    with pytest.raises(UnwritableFile, match="two"), together(target) as folder:
        (folder / "two").write_text("2")
    assert (target / "two" / "in it").is_dir()


def test_a_file_of_the_folders_name_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "parts").write_text("mine")
    with pytest.raises(UnwritableFile, match="parts"), together(tmp_path / "parts") as folder:
        (folder / "one").write_text("1")
    assert (tmp_path / "parts").read_text() == "mine"


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(UnwritableFile), together(tmp_path / "none" / "parts"):
        pytest.fail("nothing can be written there")
