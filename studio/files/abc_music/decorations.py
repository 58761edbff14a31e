"""What of ABC's decorations is heard: loudness and jumps."""

from __future__ import annotations

from studio.files.abc_music.voice import Voice
from studio.files.notation.sheet import LOUDNESS


def read_decoration(sign: str, voice: Voice) -> bool:
    """Take !ff!, !D.C.alfine!, !segno!, !coda! and the like; False for ornaments, bowings and letters that stand for them."""
    word = sign.strip("!+").lower() if len(sign) > 2 else ""
    if word in LOUDNESS:
        voice.velocity = LOUDNESS[word]
        return True
    jumps = {"d.c.": "top", "dacapo": "top", "d.s.": "sign", "dalsegno": "sign"}
    bar = None if not word else voice.open_bar()
    if bar is None:
        return False
    if word == "dacoda":
        bar.leaves_for_coda = True
    elif (found := next((jumps[start] for start in jumps if word.startswith(start)), "")) != "":
        bar.jump = found
    elif word == "segno":
        bar.is_sign = True
    elif word == "fine":
        bar.is_end = True
    elif word == "coda":
        bar.is_coda, bar.leaves_for_coda = bar.is_coda or voice.at == 0, bar.leaves_for_coda or voice.at > 0
    else:
        return False
    return True
