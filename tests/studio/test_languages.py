"""Every word in two languages: German lacks nothing, says nothing stale, and fills the same places."""

from __future__ import annotations

import importlib.util
import json
import os
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from studio import languages, words
from studio.errors import UnsupportedRequest
from studio.knobs import Knob
from studio.words import begun, counted, tr, within

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = sorted(path.stem for path in languages.languages_folder().glob("*.json"))


@pytest.fixture(autouse=True)
def english_again(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(languages.VARIABLE, "")
    yield
    words.use({})


@pytest.fixture(scope="module")
def collected() -> ModuleType:
    spec = importlib.util.spec_from_file_location("collect_words", ROOT / "packaging" / "collect_words.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def places(text: str) -> set[tuple[str, str]]:
    """The places of a sentence, by name and format."""
    return {(name, form or "") for _, name, form, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_lacks_nothing(collected: ModuleType, code: str) -> None:
    assert collected.missing(code) == {}


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_language_says_nothing_stale(collected: ModuleType, code: str) -> None:
    assert collected.stale(code) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_translations_fill_the_same_places(code: str) -> None:
    held = languages.catalogue(code)
    assert {english: other for english, other in held.items() if places(english) != places(other)} == {}
    assert [english for english, other in held.items() if not other and english != words.SMALL] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_the_file_is_sorted_so_that_changes_can_be_read(code: str) -> None:
    keys = list(json.loads((languages.languages_folder() / f"{code}.json").read_text("utf-8")))
    assert keys == sorted(keys)


def test_the_collector_sees_what_is_said(collected: ModuleType) -> None:
    said = collected.sentences()
    for text in ("Undo {label}", "{n} note", "Quantise...", "Edit", "How surprising", "Language", "triplet"):
        assert text in said, text
    assert len(said) > 2000


def test_german_is_spoken_and_english_again() -> None:
    assert languages.speak("de") == "de"
    assert tr("Select all") == "Alles auswählen"
    assert counted(1, "{n} note", "{n} notes") == "1 Note"
    assert counted(3, "{n} note", "{n} notes") == "3 Noten"
    assert within(tr("Velocity lane")) == "Lane der Anschlagstärke"
    assert os.environ[languages.VARIABLE] == "de"
    assert languages.speak("en") == "en"
    assert within(tr("Velocity lane")) == "velocity lane"


def test_labels_of_knobs_are_translated_where_they_are_shown() -> None:
    languages.speak("de")
    with pytest.raises(UnsupportedRequest, match="Wie überraschend kann nicht 9"):
        Knob("temperature", "How surprising", 1.0, 0.0, 2.0).checked(9)


@pytest.mark.parametrize("code", ["xx", "", "../de", "de.json"])
def test_a_language_that_is_not_there_is_english(code: str) -> None:
    assert languages.speak(code) == languages.ENGLISH
    assert tr("Select all") == "Select all"


def test_the_computer_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    assert languages.speak(languages.SYSTEM) == "de"
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert languages.speak(languages.SYSTEM) == languages.ENGLISH


def test_every_language_is_listed_by_its_own_name() -> None:
    assert languages.installed() == {"en": "English", "de": "Deutsch"}


def test_what_begins_a_sentence_keeps_its_other_letters() -> None:
    assert begun("take 3 und was da war, Takt für Takt") == "Take 3 und was da war, Takt für Takt"
    assert begun("") == ""


def test_the_terminal_speaks_it_too(tmp_path: Path) -> None:
    environment = {**os.environ, "RICERCAR_HOME": str(tmp_path)}
    run = [sys.executable, "-m", "studio"]
    told = subprocess.run(
        [*run, "--language", "de", "info", "none.mid"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert "„none.mid“" in told.stderr
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "settings.toml").write_text('language = "de"\n')
    told = subprocess.run([*run, "info", "--help"], check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "Sagen, was eine Musikdatei enthält" in " ".join(told.stdout.split())
