"""One-file plug-ins are found by being there; declarations are read without running anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from studio import discovery
from studio.knobs import Knob


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A package of plug-ins on the path; its name."""
    folder = tmp_path / "plugins_for_test"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Plug-ins."""\n')
    (folder / "good.py").write_text(
        'raise RuntimeError("must not run")\nKNOB = Knob("size", "Size", 3, low=1, choices=("a", "b"))\n'
    )
    (folder / "clever.py").write_text('import os\nKNOB = Knob("size", "Size", len(os.sep))\n')
    (folder / "plain.py").write_text("FORMAT = 3\n")
    (folder / "_hidden.py").write_text("FORMAT = 4\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "plugins_for_test"
    for name in [name for name in sys.modules if name.startswith("plugins_for_test")]:
        del sys.modules[name]


def test_modules_are_listed_without_the_hidden_ones(package: str) -> None:
    assert [name.rpartition(".")[2] for name in discovery.module_names(package)] == ["clever", "good", "plain"]


def test_a_declaration_is_read_unexecuted(package: str) -> None:
    found = discovery.declared(f"{package}.good", "KNOB", {"Knob": Knob})
    assert found == Knob("size", "Size", 3, low=1, choices=("a", "b"))
    assert f"{package}.good" not in sys.modules
    assert discovery.declared(f"{package}.plain", "KNOB", {"Knob": Knob}) is None


def test_a_declaration_that_computes_is_refused_with_its_line(package: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        discovery.declared(f"{package}.clever", "KNOB", {"Knob": Knob})


def test_only_modules_that_declare_are_kept() -> None:
    names = [module.__name__ for module in discovery.imported("studio.files.formats", "FORMAT")]
    assert "studio.files.formats.midi" in names
    assert names == sorted(names)
