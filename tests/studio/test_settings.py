"""Preferences survive a restart, and never stop one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import settings
from studio.errors import UnwritableFile
from studio.settings import RECENTS, SCALES, THEME_NAMES, Settings
from widgets.theme import THEMES

texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)


@given(
    st.builds(
        Settings,
        theme=st.sampled_from(THEME_NAMES),
        scale=st.sampled_from(SCALES),
        soundfont=texts,
        permissive_only=st.booleans(),
        recents=st.lists(texts, max_size=5).map(tuple),
        keys=st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=4),
    )
)
def test_what_was_saved_is_loaded(tmp_path_factory: pytest.TempPathFactory, preferences: Settings) -> None:
    path = tmp_path_factory.mktemp("settings") / "settings.toml"
    settings.save(preferences, path)
    assert settings.load(path) == preferences


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"theme = ",
        b"\xff\xfe",
        b"[theme]\n",
        b"theme = 'neon'\nscale = 9\nrecents = 3\nkeys = {a = 'Q', b = [1]}\nfuture = 1",
    ],
)
def test_damage_means_defaults(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    assert settings.load(path) == Settings()


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.toml") == Settings()


def test_recent_files_stand_once_newest_first(tmp_path: Path) -> None:
    preferences = Settings()
    for number in [*range(RECENTS + 5), 10]:
        preferences = preferences.with_recent(tmp_path / f"{number}.mid")
    names = [Path(name).name for name in preferences.recents]
    assert names[:2] == ["10.mid", f"{RECENTS + 4}.mid"]
    assert len(names) == len(set(names)) == RECENTS


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UnwritableFile):
        settings.save(Settings(), tmp_path / "file" / "settings.toml")


def test_the_themes_of_settings_are_those_of_the_window() -> None:
    assert set(THEME_NAMES) == {"system", *THEMES}
