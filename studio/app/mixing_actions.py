"""Rows of the action table about the mixer: groups, hidden and frozen tracks, levels without the mouse, the master."""

from __future__ import annotations

from dataclasses import replace

from studio.app import arranging
from studio.app.actions import MIXER, TRACKS
from studio.app.actions import Entry as AnyEntry
from studio.app.desk import Desk
from studio.edits import tracks
from studio.edits.history import Edit
from studio.song.mixing import Effects
from studio.song.song import Strip, Track
from studio.words import mark, tr

Entry = AnyEntry[Desk]
STEP_DB = 0.5


def _front(desk: Desk) -> Track | None:
    song, track_id = desk.session.song, desk.session.selection.track_id
    return song.track(track_id) if song.has_track(track_id) else None


def _is_note_track(desk: Desk) -> bool:
    track = _front(desk)
    return track is not None and not track.is_audio


def _is_grouped(desk: Desk) -> bool:
    track = _front(desk)
    return track is not None and bool(track.group)


def _has_own_font(desk: Desk) -> bool:
    track = _front(desk)
    return track is not None and track.instrument.font is not None


def _is_frozen(desk: Desk) -> bool:
    track = _front(desk)
    return track is not None and track.is_frozen


def _has_solo(desk: Desk) -> bool:
    song = desk.session.song
    return any(track.strip.is_solo for track in song.tracks) or any(group.strip.is_solo for group in song.groups)


def _is_hidden(desk: Desk) -> bool:
    track = _front(desk)
    return track is not None and track.is_hidden


def rename(desk: Desk) -> None:
    """Where the name of the track in front stands."""
    part = desk.window.tracks if desk.window.tracks.isVisibleTo(desk.window) else desk.window.mixer
    part.rename()


def _strip(desk: Desk, label: str, changed: Strip) -> None:
    track = _front(desk)
    if track is not None:
        desk.session.do(tracks.set_strip(track.id, changed, label))


def _louder(desk: Desk, by_db: float) -> None:
    track = _front(desk)
    if track is not None:
        _strip(desk, tr("Change volume"), replace(track.strip, gain_db=track.strip.gain_db + by_db))


def _panned(desk: Desk, pan: float) -> None:
    track = _front(desk)
    if track is not None:
        _strip(desk, tr("Change pan"), replace(track.strip, pan=pan))


def _unity(desk: Desk) -> None:
    track = _front(desk)
    if track is not None:
        _strip(desk, tr("Change volume"), replace(track.strip, gain_db=0.0))


def _mute_return(desk: Desk, effects: Effects) -> None:
    desk.session.do(_effects(effects))


def _effects(effects: Effects) -> Edit:
    return tracks.set_effects(effects, tr("Mute or unmute an effect"))


def _turn_reverb(desk: Desk) -> None:
    effects = desk.session.song.effects
    _mute_return(desk, replace(effects, reverb=replace(effects.reverb, is_muted=not effects.reverb.is_muted)))


def _turn_chorus(desk: Desk) -> None:
    effects = desk.session.song.effects
    _mute_return(desk, replace(effects, chorus=replace(effects.chorus, is_muted=not effects.chorus.is_muted)))


def _turn_master(desk: Desk) -> None:
    master = desk.session.song.master
    desk.session.do(tracks.set_master(replace(master, is_muted=not master.is_muted)))


GROUPS = (
    Entry("group tracks", mark("Group..."), "Track/Group", lambda d: d.window.tracks.group(), ("Ctrl+Alt+Shift+G",),
          tip=mark("A new group of the track in front, or of the tracks whose bars are marked")),
    Entry("fold group", mark("Fold or unfold the group"), "Track/Group", lambda d: d.window.tracks.toggle_fold(),
          enabled=_is_grouped),
    Entry("mute group", mark("Mute the group"), "Track/Group", lambda d: d.window.tracks.toggle_group_mute(), enabled=_is_grouped,
          tip=mark("All tracks of the group at once")),
    Entry("solo group", mark("Solo the group"), "Track/Group", lambda d: d.window.tracks.toggle_group_solo(),
          enabled=_is_grouped),
    Entry("leave group", mark("Take out of the group"), "Track/Group", lambda d: d.window.tracks.leave_group(),
          enabled=_is_grouped, starts_group=True),
    Entry("ungroup", mark("Ungroup"), "Track/Group", lambda d: d.window.tracks.ungroup(),
          enabled=_is_grouped, tip=mark("The tracks stay, the group goes")),
)  # fmt: skip

LEVELS = (
    Entry("type volume", mark("Type the volume..."), "Track/Level", lambda d: d.window.mixer.type_volume(), ("Ctrl+Alt+V",),
          tip=mark("The volume of the track in front, in dB")),
    Entry("type pan", mark("Type the pan..."), "Track/Level", lambda d: d.window.mixer.type_pan()),
    Entry("track louder", mark("Track louder by 0.5 dB"), "Track/Level", lambda d: _louder(d, STEP_DB), starts_group=True),
    Entry("track softer", mark("Track softer by 0.5 dB"), "Track/Level", lambda d: _louder(d, -STEP_DB)),
    Entry("track unity", mark("Volume to 0 dB"), "Track/Level", _unity),
    Entry("centre pan", mark("Pan to the centre"), "Track/Level", lambda d: _panned(d, 0.0)),
    Entry("clear clips", mark("Put out the clip lamps"), "Track/Level", lambda d: d.window.mixer.clear_clips(),
          starts_group=True),
)  # fmt: skip

MASTER = (
    Entry("mute master", mark("Mute the mix"), "Track/Master", _turn_master, checked=lambda d: d.session.song.master.is_muted),
    Entry("limiter", mark("Limiter of the mix"), "Track/Master",
          lambda d: d.session.do(tracks.set_limiter(not d.session.song.is_limited)),
          checked=lambda d: d.session.song.is_limited, tip=mark("Bends peaks below full scale, here and in exports")),
    Entry("mono check", mark("Mono check"), "Track/Master", lambda d: d.mixing.toggle_mono(), ("Ctrl+Alt+M",),
          checked=lambda d: d.mixing.is_mono, tip=mark("Hear left and right as one; exports stay stereo")),
    Entry("mute reverb", mark("Mute the reverb"), "Track/Master", _turn_reverb,
          checked=lambda d: d.session.song.effects.reverb.is_muted, starts_group=True),
    Entry("mute chorus", mark("Mute the chorus"), "Track/Master", _turn_chorus,
          checked=lambda d: d.session.song.effects.chorus.is_muted),
)  # fmt: skip

MIXING = (
    Entry("solo only", mark("Solo only this track"), "Track", lambda d: d.window.tracks.solo_only(), ("Shift+S",),
          (TRACKS, MIXER), tip=mark("This track and no other")),
    Entry("solo safe", mark("Safe from the solo of others"), "Track", lambda d: d.window.tracks.toggle_safe(),
          checked=arranging.is_safe, tip=mark("The track is heard whatever other tracks are on solo")),
    Entry("clear solo", mark("Clear all solos"), "Track", lambda d: d.session.do(tracks.clear_solo()),
          enabled=_has_solo),
    *LEVELS,
    *GROUPS,
    *MASTER,
    Entry("hide track", mark("Hide track"), "Track", lambda d: d.window.tracks.toggle_hidden(), ("Ctrl+Alt+H",),
          checked=_is_hidden, starts_group=True, tip=mark("Leave the track out of the lists; it sounds on")),
    Entry("show hidden", mark("Show hidden tracks"), "Track", lambda d: d.mixing.toggle_hidden_shown(),
          checked=lambda d: d.mixing.shows_hidden),
    Entry("show all tracks", mark("Hide no track"), "Track", lambda d: d.session.do(tracks.show_all_tracks()),
          enabled=lambda d: any(track.is_hidden for track in d.session.song.tracks)),
    Entry("freeze track", mark("Freeze"), "Track", lambda d: d.mixing.toggle_freeze(), ("Ctrl+Alt+F",), enabled=_is_note_track,
          checked=_is_frozen, starts_group=True,
          tip=mark("Render the track once and play that sound; it is not edited meanwhile")),
    Entry("track soundfont", mark("SoundFont of this track..."), "Track", lambda d: d.window.tracks.choose_soundfont(),
          enabled=_is_note_track, tip=mark("Only this track plays it")),
    Entry("usual soundfont", mark("Back to the usual SoundFont"), "Track", lambda d: d.window.tracks.use_usual_soundfont(),
          enabled=_has_own_font),
)  # fmt: skip
