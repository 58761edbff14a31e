"""The Takes panel by real clicks and keys: show, hear, star, compare, keep, discard, stale."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from studio.edits import notes
from studio.song import Span
from tests.generate_parts import BAR, bench
from widgets.panels.take_card import TINT
from widgets.theme import THEMES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def made(qtbot):
    """A bench with four takes for bars 2-3 of the lead, the first one shown and playing."""
    one = bench()
    qtbot.addWidget(one.side)
    one.side.show()
    qtbot.waitExposed(one.side)
    one.session.select(bars=Span(BAR, 3 * BAR))
    one.generate.generate()
    qtbot.waitUntil(lambda: len(one.takes.cards) == 4 and one.takes.cards[3].y() > 0)
    return one


def key(made, code):
    QTest.keyClick(made.takes, code)


def active(made):
    return [card.index for card in made.takes.cards if card.is_active]


def test_cards_show_the_takes_with_a_figure(made):
    assert [card.name.text() for card in made.takes.cards] == ["Take 1", "Take 2", "Take 3", "Take 4"]
    assert all(card.figure.text().startswith("in key ") for card in made.takes.cards)
    assert made.takes.request_words.text() == "Fill bars 2–3 · Pop · seed 7"
    assert active(made) == [0]
    assert not made.takes.nothing.isVisible()


def test_a_click_shows_a_take_without_stopping_the_transport(made):
    made.sound.calls.clear()
    QTest.mouseClick(made.takes.cards[2], LEFT, pos=QPoint(150, 26))
    assert active(made) == [2]
    assert made.sound.calls == []
    assert made.sound.loaded[-1] == made.session.heard_song()


def test_play_hears_the_take_from_a_bar_before_in_a_loop_and_then_pauses(made):
    made.sound.calls.clear()
    QTest.mouseClick(made.takes.cards[1].play, LEFT)
    assert made.sound.calls == [("loop", Span(BAR, 3 * BAR)), ("seek", 0), ("play", None)]
    assert active(made) == [1]
    assert made.takes.cards[1].play.name == "pause"
    QTest.mouseClick(made.takes.cards[1].play, LEFT)
    assert made.sound.calls[-1] == ("pause", None)
    assert made.takes.cards[1].play.name == "play"


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([Qt.Key.Key_Down], [1]),
        ([Qt.Key.Key_PageDown, Qt.Key.Key_PageDown], [2]),
        ([Qt.Key.Key_Up], [3]),
        ([Qt.Key.Key_Down, Qt.Key.Key_PageUp], [0]),
        ([Qt.Key.Key_X], []),
        ([Qt.Key.Key_Down, Qt.Key.Key_X, Qt.Key.Key_X], [1]),
    ],
)
def test_keys_walk_the_takes_and_compare(made, codes, expected):
    for code in codes:
        key(made, code)
    assert active(made) == expected


def test_comparing_shows_what_was_there_and_says_so(made):
    QTest.mouseClick(made.takes.compare_link, LEFT)
    assert made.session.heard_song() is made.session.song
    assert "what was there" in made.takes.remark.text()
    assert not made.takes.keep_button.isEnabled()
    QTest.mouseClick(made.takes.compare_link, LEFT)
    assert active(made) == [0]


@pytest.mark.parametrize("way", ["button", "key"])
def test_keep_is_one_undo_step_and_gives_the_loop_back(made, way):
    before, loop_before = made.session.song, made.session.loop
    assert loop_before == Span(BAR, 3 * BAR)
    key(made, Qt.Key.Key_Down)
    if way == "key":
        key(made, Qt.Key.Key_Return)
    else:
        QTest.mouseClick(made.takes.keep_button, LEFT)
    assert made.session.history.labels == ("Keep take 2 of Fill bars 2-3",)
    assert made.session.tray.current is None
    assert made.session.loop is None
    assert made.takes.cards == []
    assert made.takes.nothing.isVisible()
    made.session.undo()
    assert made.session.song == before


@pytest.mark.parametrize("way", ["button", "key"])
def test_discard_leaves_the_song_as_it_was(made, way):
    before = made.session.song
    if way == "key":
        key(made, Qt.Key.Key_Backspace)
    else:
        QTest.mouseClick(made.takes.discard_button, LEFT)
    assert made.session.tray.current is None
    assert made.session.song is before
    assert made.sound.loaded[-1] is before


def test_return_on_a_button_presses_it_and_does_not_keep(made):
    made.takes.discard_button.setFocus()
    QTest.keyClick(made.takes.discard_button, Qt.Key.Key_Return)
    assert made.session.tray.current is None
    assert made.session.history.labels == ()


def test_stars_stay_when_more_are_made(made):
    QTest.mouseClick(made.takes.cards[1].star, LEFT)
    assert made.takes.cards[1].star.name == "starred"
    starred = made.session.tray.current.takes[1]
    QTest.mouseClick(made.takes.again_button, LEFT)
    tray = made.session.tray.current
    assert tray.takes[0].origin == starred.origin
    assert [card.name.text() for card in made.takes.cards] == ["Take 1", "Take 2", "Take 3", "Take 4", "Take 5"]
    assert active(made) == [1], "the first new one"
    assert tray.request.seed == 8


def test_s_stars_and_g_asks_again(made):
    key(made, Qt.Key.Key_S)
    assert made.session.tray.current.starred == {0}
    key(made, Qt.Key.Key_G)
    assert made.session.tray.current.request.seed == 8


def test_p_asks_for_the_shown_take_on_the_palette(made):
    asked = []
    made.takes.palette_wanted.connect(asked.append)
    key(made, Qt.Key.Key_Down)
    key(made, Qt.Key.Key_P)
    key(made, Qt.Key.Key_X)
    key(made, Qt.Key.Key_P)
    assert asked == [1], "what was there before is no take"


def test_an_edit_inside_makes_them_stale_and_they_can_be_run_again(made):
    assert not made.takes.stale.isVisible()
    made.session.do(notes.transpose([105], 2))
    assert made.takes.stale.isVisible()
    QTest.mouseClick(made.takes.stale, LEFT)
    tray = made.session.tray.current
    assert not tray.is_stale
    assert tray.request.seed == 7
    assert tray.request.song is made.session.song
    assert not made.takes.stale.isVisible()


def test_more_like_this_is_the_same_request_wherever_one_looks_meanwhile(made):
    made.session.select(track_id=2, bars=Span(0, BAR))
    made.generate.form.set_values({"temperature": 2.0})
    QTest.mouseClick(made.takes.again_button, LEFT)
    request = made.session.tray.current.request
    assert (request.span, request.mask.region.track_ids) == (Span(BAR, 3 * BAR), (1,))
    assert (request.seed, request.knobs["temperature"]) == (8, 1.0)
    assert made.generate.seed.value == 8


def test_cards_tell_a_screen_reader_what_they_are(made):
    key(made, Qt.Key.Key_S)
    name = made.takes.cards[0].accessibleName()
    assert name.startswith("Take 1, in key")
    assert name.endswith("shown, starred")
    assert "seed 7" in made.takes.cards[0].accessibleDescription()


def test_the_composers_own_loop_comes_back(qtbot):
    one = bench()
    qtbot.addWidget(one.side)
    one.session.set_loop(Span(0, 4 * BAR))
    one.session.select(bars=Span(BAR, 2 * BAR))
    one.generate.generate()
    assert one.session.loop == Span(BAR, 2 * BAR)
    one.session.discard()
    assert one.session.loop == Span(0, 4 * BAR)


def test_keys_do_nothing_without_takes(qtbot):
    one = bench()
    qtbot.addWidget(one.side)
    before = one.session.song
    for code in (Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_X, Qt.Key.Key_Down, Qt.Key.Key_S):
        QTest.keyClick(one.takes, code)
    assert one.session.song is before
    assert one.takes.nothing.text()


def test_words_on_the_card_that_is_shown_keep_their_contrast():
    """Text of at least 4.5 : 1 on every surface, the violet card too."""

    def light(colour):
        parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for tokens in THEMES.values():
        ground, tint = tokens.colour("raised").getRgbF()[:3], tokens.colour("proposed").getRgbF()[:3]
        under = light([(1 - TINT) * a + TINT * b for a, b in zip(ground, tint, strict=True)])
        for role in ("text", "muted"):
            over = light(tokens.colour(role).getRgbF()[:3])
            assert (max(over, under) + 0.05) / (min(over, under) + 0.05) >= 4.5, (tokens.name, role)


def test_bars_are_taken_from_several_takes_by_mouse_and_keys(made):
    card = made.takes.cards[2]
    QTest.mouseClick(card.bars, LEFT, pos=card.bars.cell(1).center().toPoint())
    take_set = made.session.tray.current
    assert take_set.comp == (0, 2)
    assert active(made) == []
    assert "bars 2" in card.accessibleName()
    assert made.takes.remark.text() == "Heard now: takes 1 and 3, bar by bar."
    assert made.sound.loaded[-1] == made.session.heard_song()
    key(made, Qt.Key.Key_Right)
    key(made, Qt.Key.Key_C)
    assert take_set.comp == (0, 3)
    key(made, Qt.Key.Key_Return)
    assert made.session.tray.current is None
    assert made.session.history.undo_label == "Keep takes 1 and 4, bar by bar of Fill bars 2-3"
    assert len(made.session.song.origins) == 2
