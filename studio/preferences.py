"""Preferences: every setting once, with its page, words and range; the dialog, its search and its checks read this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from studio import languages, note_names
from studio.settings import FOLLOWS, MOST_COUNT_IN, MOTIONS, POLICIES, RECENTS, SCALES, SWAPS, THEME_NAMES, UNDO_MIBS, Settings
from studio.words import mark, tr

GENERAL, LOOK, EDITING = mark("General"), mark("Look"), mark("Editing")
SOUND, MAKING, KEYS, FILES = mark("Sound"), mark("Generating"), mark("Keys"), mark("Files")
PAGES = (GENERAL, LOOK, EDITING, SOUND, MAKING, KEYS, FILES)

Choices = tuple[tuple[Any, str], ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """One field of `Settings` as it is asked: a switch, one of `choices` (value and word), a whole number up to `most`, or a
    file with one of `suffixes`. `choices` may be a function, where what can be chosen is only known later."""

    name: str
    page: str
    label: str
    help: str = ""
    choices: Choices | Callable[[], Choices] = ()
    most: int = 0
    suffixes: tuple[str, ...] = ()
    from_next_start: bool = False

    @property
    def offered(self) -> Choices:
        """What can be chosen, with the words for it in the user's language."""
        listed = self.choices() if callable(self.choices) else self.choices
        return tuple((value, tr(words)) for value, words in listed)

    @property
    def usual(self) -> Any:
        """The value where nothing was chosen."""
        return getattr(Settings(), self.name)

    def title(self) -> str:
        return tr("{label}, from the next start", label=tr(self.label)) if self.from_next_start else tr(self.label)

    def matches(self, query: str) -> bool:
        """Whether a search for these words should find it: each stands in its label, help, page or choices."""
        said = " ".join((self.title(), tr(self.help), tr(self.page), *(words for _, words in self.offered))).casefold()
        return all(word in said for word in query.casefold().split())


def _spoken() -> Choices:
    return ((languages.SYSTEM, mark("As the computer")), *languages.installed().items())


PREFERENCES = (
    Preference(
        "language", GENERAL, mark("Language"), mark("Of menus, sentences and the terminal."), _spoken, from_next_start=True
    ),
    Preference(
        "note_letters",
        GENERAL,
        mark("Names of notes"),
        mark("How notes and keys are called wherever they are shown or typed."),
        (
            (note_names.ENGLISH, "C D E F G A B"),
            (note_names.GERMAN, "C D E F G A H"),
            (note_names.SOLFEGE, "Do Re Mi Fa Sol La Si"),
        ),
    ),
    Preference(
        "middle_c",
        GENERAL,
        mark("Middle C is"),
        mark("Note 60 of MIDI: programs differ in how they count octaves."),
        ((4, "C4"), (3, "C3")),
    ),
    Preference(
        "theme",
        LOOK,
        mark("Theme"),
        mark("As the computer: dark, light or high contrast, and changing with it."),
        tuple(zip(THEME_NAMES, (mark("As the computer"), mark("Dark"), mark("Light"), mark("High contrast")), strict=True)),
    ),
    Preference(
        "scale",
        LOOK,
        mark("Size of the window's contents"),
        mark("Letters, buttons and lines alike."),
        tuple((scale, f"{scale * 100:.0f} %") for scale in SCALES),
        from_next_start=True,
    ),
    Preference(
        "reduced_motion",
        LOOK,
        mark("Less motion"),
        mark("No trail on the pad, and no scrolling along with the playhead: the view turns pages."),
        tuple(zip(MOTIONS, (mark("As the computer"), mark("Always"), mark("Never")), strict=True)),
    ),
    Preference(
        "follow",
        EDITING,
        mark("While playing the view"),
        mark("Whether the roll follows the playhead."),
        tuple(zip(FOLLOWS, (mark("stays"), mark("turns pages"), mark("keeps the playhead in the middle")), strict=True)),
    ),
    Preference(
        "invert_wheel", EDITING, mark("Invert the wheel"), mark("Turning it away from you moves the notes down and zooms out.")
    ),
    Preference(
        "hear_notes",
        EDITING,
        mark("Hear notes when touched"),
        mark("A click, a drawn note and each pitch passed in a drag are heard"),
    ),
    Preference(
        "sound_only",
        EDITING,
        mark("Play notes instead of saying them"),
        mark("For screen readers: stepping from note to note with Tab plays each note and says nothing."),
    ),
    Preference(
        "soundfont",
        SOUND,
        mark("SoundFont"),
        mark("The sounds of all tracks that have none of their own."),
        suffixes=(".sf2", ".sf3"),
    ),
    Preference("metronome", SOUND, mark("Metronome"), mark("A click on every beat, for the ear alone")),
    Preference(
        "count_in_bars",
        SOUND,
        mark("Bars counted in before recording"),
        mark("Clicks before recording begins."),
        most=MOST_COUNT_IN,
    ),
    Preference(
        "record_replaces",
        SOUND,
        mark("Recording replaces what is there"),
        mark("Over a loop every pass then becomes a take; otherwise what is played is added, layer over layer."),
    ),
    Preference(
        "record_quantises", SOUND, mark("Recorded notes begin on the grid"), mark("On the nearest line of the roll's grid.")
    ),
    Preference(
        "permissive_only",
        MAKING,
        mark("Only permissively licensed data"),
        mark("Only models trained on MIT, BSD, CC0, CC BY or public domain data"),
    ),
    Preference(
        "take_swap",
        MAKING,
        mark("Another take is heard"),
        mark("When takes are changed while the music plays."),
        tuple(zip(SWAPS, (mark("at once"), mark("on the next beat"), mark("on the next bar")), strict=True)),
    ),
    Preference(
        "equal_loudness",
        MAKING,
        mark("Takes equally loud"),
        mark("Hear takes as loud as what was there, so that the louder one does not win"),
    ),
    Preference(
        "marks_exports",
        FILES,
        mark("Exports say where models helped"),
        mark("A line in the file that names the models, and the origin of each note in a small file beside it."),
    ),
    Preference(
        "files_in_new_window",
        FILES,
        mark("Files opened outside get a window of their own"),
        mark("Otherwise the window used last takes a file that is opened from the desktop or the terminal."),
    ),
    Preference(
        "drag_tempo",
        FILES,
        mark("Files dragged out hold the tempo"),
        mark("Tempo and time signatures; many programs then ask about them at every drop."),
    ),
    Preference(
        "drag_separately",
        FILES,
        mark("Drag one file for each track"),
        mark("Otherwise one file holds all, unless Alt is held when the drag begins."),
    ),
    Preference(
        "import_tempo",
        FILES,
        mark("Tempo and meter of imported files"),
        mark("When a file with another tempo or meter is merged into the song."),
        tuple(zip(POLICIES, (mark("ask each time"), mark("always take them over"), mark("never")), strict=True)),
    ),
    Preference(
        "undo_mib",
        EDITING,
        mark("Memory for undo"),
        mark("Every step of a session can be undone; past this much memory the oldest go."),
        tuple((mib, f"{mib} MiB" if mib < 1024 else f"{mib // 1024} GiB") for mib in UNDO_MIBS),
    ),
    Preference("recents_kept", FILES, mark("Recent files in the menu"), mark("0: none is remembered."), most=RECENTS),
)

BY_NAME: Mapping[str, Preference] = {preference.name: preference for preference in PREFERENCES}


def of_page(page: str) -> tuple[Preference, ...]:
    return tuple(preference for preference in PREFERENCES if preference.page == page)


def with_usual(settings: Settings, page: str) -> Settings:
    """The settings with everything on a page as it was at first; on the page of keys, all keys."""
    usual: dict[str, Any] = {preference.name: preference.usual for preference in of_page(page)}
    if page == KEYS:
        usual["keys"] = {}
    return replace(settings, **usual)


UNASKED = {each.name for each in fields(Settings)} - set(BY_NAME)
"""Fields that are chosen where they are used: recent files, keys, favourite sounds, which MIDI keyboards play."""
