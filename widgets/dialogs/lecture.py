"""LectureWindow: an autoencoder and a variational one of the same drum bars side by side, learning while one looks."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.generation.lecture import HIGHEST_BETA, KINDS, Figures, Kind, Shape, Study
from studio.jobs.board import Running
from studio.jobs.job import TRAIN
from studio.knobs import Knob
from studio.session import Session
from studio.words import mark, tr
from widgets import theme
from widgets.controls.announce import announce
from widgets.controls.choice_box import Segments
from widgets.controls.drum_grid import DrumGrid
from widgets.controls.group_legend import GroupLegend
from widgets.controls.job_chip import ProgressLine
from widgets.controls.latent_map import LatentMap
from widgets.controls.slider import SliderRow
from widgets.controls.stepper import SeedRow
from widgets.dialogs.lecture_room import LectureRoom
from widgets.theme import STEP_PX

MARGIN_PX = 20
SIDE_PX = 300
SETTLE_MS = 120
"""So long the beta slider has to rest before training goes on with its value."""

BETA = Knob("beta", "Beta", 1.0, 0.0, HIGHEST_BETA, help="How much each bar's ellipse is pulled towards the standard normal "
            "distribution. Moving it goes on training from where the models stand.")  # fmt: skip
TEMPERATURE = Knob("temperature", "Temperature", 0.0, 0.0, 2.0, help="0: the likelier of hit and silence in every cell. "
                   "Above: drawn, the bolder the higher.")  # fmt: skip

NAMES: dict[Kind, str] = {
    "AE": mark("Autoencoder: every bar a point"),
    "VAE": mark("Variational autoencoder: every bar an ellipse"),
}
SHAPES: dict[str, Shape] = {mark("Dense"): "dense", mark("Recurrent"): "recurrent"}
ROWS = (mark("F1 of hits"), mark("accuracy"), mark("cells that differ"), mark("mean deviation"), mark("KL, bits a bar"))


class LectureWindow(QDialog):
    """It begins to learn when it is shown. Closing it cancels what is learnt and gives the song its sound back."""

    def __init__(self, session: Session, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Lecture: autoencoders"))
        self.room = LectureRoom(session, study)
        self.maps: dict[Kind, LatentMap] = {kind: LatentMap(tr(NAMES[kind])) for kind in KINDS}
        self.shape = Segments(tuple(SHAPES))
        self.shape.set_words(self.tr("Networks"), self.tr("Dense: all cells at once. Recurrent: step by step."))
        self.shape.set_text("Dense")
        self.seed = SeedRow()
        self.seed.set_value(self.room.seed)
        self.seed.lock.hide()
        self.beta, self.temperature = SliderRow(BETA), SliderRow(TEMPERATURE)
        self.lesson_words = _words("muted")
        self.about = _words("muted")
        self.problem = _words("warn")
        self.problem.hide()
        self.line = ProgressLine()
        self.state = _words("dim")
        self.train = QPushButton(self.tr("Train anew"))
        self.train.setProperty("role", "primary")
        self.hear = QPushButton(self.tr("Hear it"))
        self.put = QPushButton(self.tr("Put it into the song"))
        self.put.setProperty("role", "keep")
        self.bar = DrumGrid()
        self.chosen = _words("dim")
        self.legend = GroupLegend()
        self.values = {(kind, row): _value() for kind in KINDS for row in ROWS}
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        for button in (self.train, self.hear, self.put):
            button.setAutoDefault(False)
        self._lay_out()
        self._connect(session)
        self._show_choice()
        self._show_state()
        self.resize(1360, 670)

    def start(self) -> None:
        """Learn from the present song with the seed and networks that are chosen."""
        self.room.seed, self.room.shape = self.seed.value, SHAPES[self.shape.text]
        self.room.beta = float(self.beta.value)
        for drawn in self.maps.values():
            drawn.show_cell(None)
        self.room.begin()

    # Inside

    def _lay_out(self) -> None:
        maps = QGridLayout()
        maps.setHorizontalSpacing(16)
        maps.setVerticalSpacing(STEP_PX)
        for column, kind in enumerate(KINDS):
            title = QLabel(tr(NAMES[kind]))
            title.setFont(theme.font(theme.TEXT_PX, bold=True))
            maps.addWidget(title, 0, column)
            maps.addWidget(self.maps[kind], 1, column)
        maps.setRowStretch(1, 1)
        left = QVBoxLayout()
        left.setSpacing(2 * STEP_PX)
        left.addWidget(self.about)
        left.addLayout(maps, 1)
        left.addWidget(self.legend)
        left.addWidget(self.lesson_words)
        side = QWidget()
        side.setFixedWidth(SIDE_PX)
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(2 * STEP_PX)
        above: tuple[QWidget, ...] = (self.shape, self.seed, self.train, self.line, self.state, self.beta, self.temperature)
        for part in above:
            right.addWidget(part)
        right.addLayout(self._figures())
        right.addStretch(1)
        below: tuple[QWidget, ...] = (self.chosen, self.bar, self.hear, self.put, self.problem)
        for part in below:
            right.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN_PX, MARGIN_PX, MARGIN_PX, MARGIN_PX)
        row.setSpacing(20)
        row.addLayout(left, 1)
        row.addWidget(side)

    def _figures(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for column, kind in enumerate(KINDS, start=1):
            head = QLabel(kind)
            head.setProperty("role", "label")
            grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignRight)
        for row, name in enumerate(map(tr, ROWS), start=1):
            words = QLabel(name)
            words.setProperty("role", "muted")
            grid.addWidget(words, row, 0)
            for column, kind in enumerate(KINDS, start=1):
                grid.addWidget(self.values[kind, name], row, column)
        return grid

    def _connect(self, session: Session) -> None:
        self.maps["AE"].chosen.connect(lambda row, column: self._choose("AE", row, column))
        self.maps["VAE"].chosen.connect(lambda row, column: self._choose("VAE", row, column))
        self.train.clicked.connect(self._train_or_stop)
        self.shape.changed.connect(lambda _: self.start())
        self.seed.changed.connect(self.start)
        self.beta.changed.connect(self._settle.start)
        self._settle.timeout.connect(lambda: self.room.go_on(float(self.beta.value)))
        self.temperature.changed.connect(lambda: self.room.set_temperature(float(self.temperature.value)))
        self.hear.clicked.connect(lambda: self.room.end_hearing() if self.room.is_heard else self.room.hear())
        self.put.clicked.connect(self.room.put)
        self.finished.connect(self._finish)
        self._forgets = [
            self.room.learnt.listen(self._show_spaces),
            self.room.chose.listen(self._show_choice),
            self.room.turned.listen(self._show_state),
            self.room.said.listen(self._say),
            session.jobs.changed.listen(self._job_changed),
        ]

    def _finish(self) -> None:
        self._settle.stop()
        while self._forgets:
            self._forgets.pop()()
        self.room.close()

    def _train_or_stop(self) -> None:
        if self.room.is_learning:
            self.room.stop()
        else:
            self.start()

    def _choose(self, kind: Kind, row: int, column: int) -> None:
        for other, drawn in self.maps.items():
            if other != kind:
                drawn.show_cell(None)
        self.room.choose(kind, row, column)

    def _show_spaces(self) -> None:
        standing, material = self.room.standing, self.room.material
        if standing is None or material is None:
            return
        self.about.setText(material.about)
        self.legend.show_groups(material.groups)
        for kind in KINDS:
            side = standing.sides[kind]
            self.maps[kind].show_side(material, side, self.room.temperature)
            for row, words in zip(ROWS, figure_words(side.figures), strict=True):
                self.values[kind, row].setText(words)
        self.lesson_words.setText(teaching(standing.beta, standing.sides["VAE"].figures.deviation))

    def _show_choice(self) -> None:
        choice, material = self.room.choice, self.room.material
        for button in (self.hear, self.put):
            button.setEnabled(choice is not None)
        self.hear.setText(self.tr("Stop") if self.room.is_heard else self.tr("Hear it"))
        if choice is None or material is None:
            self.chosen.setText(self.tr("Click on a map: every cell is a bar."))
            return
        x, y = choice.place
        self.chosen.setText(f"{choice.kind}, z = ({x:.2f}, {y:.2f})")
        self.bar.show_bar(choice.hits, material.voices)

    def _show_state(self) -> None:
        learning, standing = self.room.is_learning, self.room.standing
        self.train.setText(self.tr("Stop") if learning else self.tr("Train anew"))
        self.line.setVisible(learning)
        if not learning and standing is not None:
            self.state.setText(
                tr(
                    "{step} steps in {seconds:.1f} s, seed {seed}",
                    step=standing.step,
                    seconds=standing.seconds,
                    seed=standing.seed,
                )
            )
            announce(self, self.state.text())
        elif learning:
            self.state.setText(self.tr("starting …"))
            self.line.show_share(None)

    def _job_changed(self, running: Running) -> None:
        if running.job.lane is TRAIN and self.room.is_learning and running.total > 1 and not running.state.is_over:
            self.line.show_share(running.done / running.total)
            self.state.setText(running.note)

    def _say(self, text: str, is_error: bool) -> None:
        self.problem.setProperty("role", "warn" if is_error else "ok")
        self.problem.style().polish(self.problem)
        self.problem.setText(text)
        self.problem.setVisible(bool(text))
        announce(self, text)


def figure_words(figures: Figures) -> tuple[str, ...]:
    """The figures of a side, in the order of ROWS."""
    bits = tr("none") if figures.kl_bits is None else f"{figures.kl_bits:.2f}"
    deviation = tr("none") if figures.kl_bits is None else f"{figures.deviation:.3f}"
    return f"{figures.f1:.3f}", f"{figures.accuracy:.1%}", f"{figures.different:.0%}", deviation, bits


def teaching(beta: float, deviation: float) -> str:
    """What beta does, with the deviation that was measured."""
    if beta == 0:
        why = tr(
            "nothing keeps the deviations up: they shrink towards zero, and the variational model turns into a plain autoencoder"
        )
    elif beta < 1:
        why = tr(
            "the pull is weak: ellipses shrink towards points, bars are kept apart more exactly, and holes open between them"
        )
    elif beta > 2:
        why = tr("the pull is strong: ellipses grow towards the prior (the dashed circles), neighbours overlap and bars blur")
    else:
        why = tr(
            "each bar is an ellipse: its neighbourhood decodes to much the same bar, so that every place of the map is music"
        )
    return tr("Beta {beta:g}: {why}. Mean deviation now {deviation:.3f}.", beta=beta, why=why, deviation=deviation)


def _words(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label


def _value() -> QLabel:
    label = QLabel("…")
    label.setFont(theme.mono(theme.TEXT_PX - 1))
    label.setAlignment(Qt.AlignmentFlag.AlignRight)
    label.setMinimumWidth(58)
    return label
