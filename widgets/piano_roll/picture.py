"""The roll as a picture: PNG, SVG or PDF, with bars in rows like a score; needs no window and may run in a worker's thread."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRect, QSize, QUuid
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter

from studio import VERSION
from studio.errors import UnsupportedRequest, UnwritableFile
from studio.files.format import Format
from studio.files.midi.texts import xml_name
from studio.jobs.progress import Progress
from studio.knobs import Knob, KnobValue, filled
from studio.paths import write_atomically
from studio.song.song import Song, Track
from studio.song.ticks import Span
from studio.words import tr
from widgets import theme as themes
from widgets.piano_roll.colouring import COLOURINGS, Colouring
from widgets.piano_roll.notes import NAME_ROW_PX
from widgets.piano_roll.picture_page import MARGIN_PX, Layout, PictureLook

PNG_SIDE_PX, PNG_PIXELS = 32_000, 64_000_000
"""Of a PNG: 256 MB while it is painted."""
SVG_NOTES, SVG_SIDE_PX = 200_000, 200_000
PDF_PAGES = 1000
PDF_DPR = 4
PAPERS = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3, "Letter": QPageSize.PageSizeId.Letter}
SUFFIXES = (".png", ".svg", ".pdf")

KNOBS = (
    Knob("beat_px", "Pixels a beat", 24, 2, 400, help="How wide a quarter note is, in pixels of 1/96 inch."),
    Knob("row_px", "Pixels a pitch", 7, 2, 40, help="How high the row of one pitch is."),
    Knob("width_px", "Width", 1600, 0, 30_000, help="PNG and SVG: how wide before the next row of bars; 0 for one long row."),
    Knob("paper", "Paper", "A4", choices=tuple(PAPERS), help="PDF: the size of its pages."),
    Knob("is_upright", "Upright", False, help="PDF: higher than wide."),
    Knob("colouring", "Colour by", "track", choices=COLOURINGS, help="What the colour of a note tells."),
    Knob("theme", "Theme", "light", choices=tuple(themes.THEMES)),
    Knob("has_title", "Title", True, help="The title, tempo and meter, and which colour is which track."),
    Knob("has_numbers", "Bar numbers", True, help="Bar numbers and the names of sections and markers."),
    Knob("has_keys", "Piano keys", True, help="The keys or the names of drums beside every row of bars."),
    Knob("has_names", "Names of notes", False, help="Inside notes that are wide enough; rows are then 13 pixels high at least."),
    Knob("sharpness", "Pixels a point", 2.0, 1.0, 4.0, help="PNG: 2 looks sharp on fine screens and in print.", expert=True),
)
FORMAT = Format(name="Picture of the roll", suffixes=SUFFIXES, loses=("everything but what is seen", "audio tracks"), knobs=KNOBS)
"""For dialogs and the terminal, as those in `studio/files/formats`."""

_PDF_DATE = re.compile(rb'(?<=\(D:)\d{14}[^)]*(?=\))|(?<=Date=")[^"]*')
_QT_ON_ITS_OWN: list[QGuiApplication] = []


def write_picture(
    song: Song,
    path: Path,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
    *,
    span: Span | None = None,
    track_ids: Collection[int] | None = None,
    mark: str = "",
) -> tuple[str, ...]:
    """Write the roll as the picture of the target's suffix; returns what is not in it, in sentences.

    `options` are those of KNOBS. `span` (the whole song) is widened to bars; `track_ids`: which note tracks (all that are not
    hidden). `mark` (`studio.files.made_with.mark_text`) says inside the file that models helped. The same song and options
    make the same bytes on one machine (fonts are the system's). UnsupportedRequest where it would be too large to be opened.
    """
    path, watched = Path(path), progress or Progress()
    values = filled(KNOBS, dict(options or {}))
    _make_ready()
    chosen = [each for each in song.tracks if (each.id in track_ids if track_ids is not None else not each.is_hidden)]
    tracks = tuple(track for track in chosen if not track.is_audio)
    whole = song.timeline.whole_bars(span or Span(0, max(1, song.end_tick)))
    draw = {".png": _png, ".svg": _svg, ".pdf": _pdf}.get(path.suffix.lower())
    if draw is None:
        raise UnwritableFile(tr("«{path}» has a suffix that is no picture's.", path=path.name), tr("Use .png, .svg or .pdf."))
    data = draw(_Scene(song, tracks, whole, values, mark or f"Ricercar {VERSION}"), watched)

    def fill(stream: IO[bytes]) -> None:
        stream.write(data)

    write_atomically(path, fill)
    left_out = [track.name for track in chosen if track.is_audio]
    return (tr("Audio tracks are left out: {names}.", names=", ".join(left_out)),) if left_out else ()


def _make_ready() -> None:
    """In the terminal nobody has started Qt, which fonts need; off the screen is enough."""
    if QGuiApplication.instance() is None:
        _QT_ON_ITS_OWN.append(QGuiApplication(["ricercar", "-platform", "offscreen"]))


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is painted; `words` say what made the file."""

    song: Song
    tracks: tuple[Track, ...]
    span: Span
    values: Mapping[str, KnobValue]
    words: str

    def layout(self, width_px: float, dpr: float, room_px: float = float("inf")) -> Layout:
        return Layout(self.song, self.tracks, self.span, _look(self.values, width_px, dpr, room_px))


def _look(values: Mapping[str, KnobValue], width_px: float, dpr: float, room_px: float = float("inf")) -> PictureLook:
    row_px = float(values["row_px"])
    return PictureLook(
        width_px,
        float(values["beat_px"]),
        max(row_px, NAME_ROW_PX) if values["has_names"] else row_px,
        themes.THEMES[str(values["theme"])],
        cast(Colouring, values["colouring"]),
        bool(values["has_title"]),
        bool(values["has_numbers"]),
        bool(values["has_keys"]),
        bool(values["has_names"]),
        dpr,
        room_px,
    )


def _width(values: Mapping[str, KnobValue]) -> float:
    return float(values["width_px"]) or float("inf")


def _paper_colour(layout: Layout) -> QColor:
    return layout.look.theme.colour("panel")


def _paint(painter: QPainter, layout: Layout, page: int, progress: Progress) -> None:
    done = sum(len(rows) for rows in layout.pages[:page])
    for number, _ in enumerate(layout.paint(painter, page)):
        progress.stop_if_cancelled()
        progress.report(done + number, len(layout.rows), tr("Painting"))


def _png(scene: _Scene, progress: Progress) -> bytes:
    dpr = float(scene.values["sharpness"])
    layout = scene.layout(_width(scene.values), dpr)
    width, height = round(layout.width_px * dpr), round(layout.height_px * dpr)
    if max(width, height) > PNG_SIDE_PX or width * height > PNG_PIXELS:
        raise UnsupportedRequest(
            tr("The picture would be {width} by {height} pixels, too large for a PNG.", width=width, height=height),
            tr("Choose fewer bars, fewer pixels a beat, or PDF."),
        )
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    image.setText("Title", xml_name(scene.song.title))
    image.setText("Software", scene.words)
    image.fill(_paper_colour(layout))
    with QPainter(image) as painter:
        _paint(painter, layout, 0, progress)
    data = QByteArray()
    with _Opened(data) as buffer:
        QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(data.data())


def _svg(scene: _Scene, progress: Progress) -> bytes:
    from PySide6.QtSvg import QSvgGenerator

    count = sum(len(track.notes.sounding_in(scene.span)) for track in scene.tracks)
    if count > SVG_NOTES:
        raise UnsupportedRequest(
            tr("{count} notes are too many for one SVG, which may have {most}.", count=count, most=SVG_NOTES),
            tr("Choose fewer bars or tracks, or PDF."),
        )
    layout = scene.layout(_width(scene.values), PDF_DPR)
    if max(layout.width_px, layout.height_px) > SVG_SIDE_PX:
        width, height = round(layout.width_px), round(layout.height_px)
        raise UnsupportedRequest(
            tr("The picture would be {width} by {height} pixels, too large for an SVG.", width=width, height=height),
            tr("Choose fewer bars, fewer pixels a beat, or PDF."),
        )
    size = QSize(round(layout.width_px), round(layout.height_px))
    data = QByteArray()
    with _Opened(data) as buffer:
        made = QSvgGenerator()
        made.setOutputDevice(buffer)
        made.setResolution(96)
        made.setSize(size)
        made.setViewBox(QRect(0, 0, size.width(), size.height()))
        made.setTitle(xml_name(scene.song.title))
        made.setDescription(scene.words)
        with QPainter(made) as painter:
            painter.fillRect(0, 0, size.width(), size.height(), _paper_colour(layout))
            _paint(painter, layout, 0, progress)
    return bytes(data.data())


def _pdf(scene: _Scene, progress: Progress) -> bytes:
    paper = QPageSize(PAPERS[str(scene.values["paper"])])
    turned = QPageLayout.Orientation.Portrait if scene.values["is_upright"] else QPageLayout.Orientation.Landscape
    page = QPageLayout(paper, turned, QMarginsF(0, 0, 0, 0))
    size = page.fullRectPixels(96)
    layout = scene.layout(size.width(), PDF_DPR, size.height() - 2 * MARGIN_PX)
    if len(layout.pages) > PDF_PAGES:
        raise UnsupportedRequest(
            tr("The picture would have {count} pages; {most} are allowed.", count=len(layout.pages), most=PDF_PAGES),
            tr("Choose fewer bars, or fewer pixels a beat."),
        )
    data = QByteArray()
    with _Opened(data) as buffer:
        writer = QPdfWriter(buffer)
        writer.setPageLayout(page)
        writer.setResolution(96 * PDF_DPR)
        writer.setTitle(xml_name(scene.song.title))
        writer.setCreator(scene.words)
        writer.setDocumentId(QUuid(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        with QPainter(writer) as painter:
            shrunk = PDF_DPR * min(1.0, size.width() / layout.width_px)
            for number in range(len(layout.pages)):
                if number:
                    writer.newPage()
                painter.save()
                painter.scale(PDF_DPR, PDF_DPR)
                painter.fillRect(0, 0, size.width() + 1, size.height() + 1, _paper_colour(layout))
                _paint_foot(painter, layout, number, size.width(), size.height())
                painter.restore()
                painter.save()
                painter.scale(shrunk, shrunk)
                _paint(painter, layout, number, progress)
                painter.restore()
    return _timeless(bytes(data.data()))


def _paint_foot(painter: QPainter, layout: Layout, number: int, width: int, height: int) -> None:
    if len(layout.pages) < 2:
        return
    painter.setFont(themes.font(themes.LABEL_PX))
    painter.setPen(layout.look.theme.colour("muted"))
    words = f"{number + 1} / {len(layout.pages)}"
    wide = painter.fontMetrics().horizontalAdvance(words)
    painter.drawText(int(width - MARGIN_PX - wide), int(height - MARGIN_PX / 3), words)


def _timeless(data: bytes) -> bytes:
    """Without the time it was made: digits become those of one day, places in the file stay where they are."""
    return _PDF_DATE.sub(lambda found: re.sub(rb"\d", b"1", found.group()), data)


class _Opened:
    """A buffer over bytes, open for writing."""

    def __init__(self, data: QByteArray) -> None:
        self._buffer = QBuffer(data)

    def __enter__(self) -> QBuffer:
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        return self._buffer

    def __exit__(self, *problem: object) -> None:
        self._buffer.close()
