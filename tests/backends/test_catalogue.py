"""Families are found by their declaration, and nothing is imported for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from backends.catalogue import Catalogue, catalogue, declared_family
from studio.errors import ModelUnavailable


def test_a_declaration_is_read_without_running_the_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        'raise SystemExit("this file must not run")\n'
        'FAMILY = Family(name="mine", title="My " "own", version=1, capabilities=("continue",),\n'
        '    knobs=(Knob("low", "Low", default=-1.5, low=-2, high=2),))\n'
    )
    family = declared_family(path)
    assert family is not None
    assert (family.name, family.title, family.knobs[0].default) == ("mine", "My own", -1.5)
    assert catalogue(tmp_path, "mine_package").modules == {"mine": "mine_package.mine"}


@pytest.mark.parametrize("text", ["FAMILY = open('x')", "FAMILY = Family(name=__import__('os').name)", "FAMILY = 3"])
def test_anything_but_a_literal_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ValueError, match="FAMILY"):
        declared_family(tmp_path / "mine.py")


def test_a_file_without_declaration_is_no_family(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    assert not catalogue(tmp_path, "mine_package").families


@pytest.mark.parametrize("name", sorted(Catalogue.standard().families))
def test_declared_equals_imported(name: str) -> None:
    found = Catalogue.standard()
    assert found.families[name] == found.module(name).FAMILY
    assert found.module(name).Model


def test_an_unknown_family_is_said() -> None:
    with pytest.raises(ModelUnavailable, match="nonsense"):
        Catalogue.standard().module("nonsense")


def test_listing_families_imports_no_torch() -> None:
    code = "import sys; from backends.catalogue import Catalogue; Catalogue.standard(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).resolve().parents[2])
