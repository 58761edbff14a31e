"""Drawing phrases from points: explicit LSTM cells, every unit of every point in one batch, everything that does not
depend on the step before computed ahead; for the likeliest phrases, where they agree, faster rungs of fewer bits."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn

from backends.networks.deaf_steps import Codes16, DeafSteps, is_deaf
from backends.networks.linear8 import compiled
from backends.networks.music_vae import MusicVae, UnitDecoder
from backends.networks.phrase_steps import Layer8, Steps
from backends.networks.tiles16 import has_tiles

Choose = Callable[[int, int, Tensor], Tensor]
"""(part, step of the unit, logits [row, class]) -> classes [row]: how the next symbol is taken."""

Penalties = Sequence[Tensor | None]
"""For each part what is added to its logits: [class], or [step of the window, class]; None for nothing."""

EXACT = "float32"
TOLERANCE = 0.05
"""Largest difference of a logit from the exact rung's, in standard deviations of the logits (performance.md 1)."""
_POSITIONS = 512
_ROWS = 64
"""Units of one compiled batch: more would leave the processor's caches."""

_NOTHING = torch.empty(0)


def likeliest(_part: int, _step: int, logits: Tensor) -> Tensor:
    return logits.argmax(-1)


def sampler(temperature: float, *generators: torch.Generator) -> Choose:
    """Draws at a temperature; the same generator state, the same draws. Each of several generators is for as many of the
    rows, one after another: what it draws does not depend on the others."""

    def choose(_part: int, _step: int, logits: Tensor) -> Tensor:
        noise = torch.empty(logits.shape)
        for rows, generator in zip(noise.chunk(len(generators)), generators, strict=True):
            rows.uniform_(generator=generator)
        noise.clamp_(1e-9, 1 - 1e-9)
        return (logits / temperature - torch.log(-torch.log(noise)).to(logits.device)).argmax(-1)

    return choose


@dataclass(eq=False)
class Cells:
    """The weights of a decoder as one matrix a layer: its input's fixed part is added from outside."""

    symbols: Tensor
    code: Tensor
    matrices: list[Tensor]
    biases: list[Tensor]
    output: Tensor
    output_code: Tensor
    output_bias: Tensor


def cells_of(decoder: UnitDecoder) -> Cells:
    """Symbols are multiplied with the first layer ahead of time: a step only looks its row up."""
    shape, lstm = decoder.shape, decoder.cells
    first: Tensor = getattr(lstm, "weight_ih_l0")  # noqa: B009 - torch types its weights as tensor or module
    symbols = decoder.symbols.vectors() @ first[:, : shape.embedding].T
    matrices, biases = [], []
    for layer in range(shape.layers):
        into, own = getattr(lstm, f"weight_ih_l{layer}"), getattr(lstm, f"weight_hh_l{layer}")
        matrices.append((torch.cat([into, own], dim=1) if layer else own).T.contiguous())
        biases.append(getattr(lstm, f"bias_ih_l{layer}") + getattr(lstm, f"bias_hh_l{layer}"))
    weight = decoder.output.weight
    return Cells(
        symbols=symbols,
        code=first[:, shape.embedding :].T.contiguous(),
        matrices=matrices,
        biases=biases,
        output=weight[:, : shape.decoder].T.contiguous(),
        output_code=weight[:, shape.decoder :].T.contiguous(),
        output_bias=decoder.output.bias,
    )


class PhraseDecoder:
    """Points to windows. Made once for a network; holds no state between calls.

    With `fast` the likeliest phrases come from compiled loops of eight-bit products (`rung` says which), provided that
    their logits agree with the exact ones: for previews. Draws are always exact, and so is everything without `fast`.
    """

    def __init__(self, network: MusicVae, fast: bool = False) -> None:
        self.network = network.eval()
        self.rung = EXACT
        self._fast: Fast | None = None
        with torch.inference_mode():
            self.decoders = _unit_decoders(network)
            self._cells = [cells_of(decoder) for decoder in self.decoders]
            if fast and next(network.parameters()).device.type == "cpu":
                self._climb()

    def draw(
        self,
        points: Tensor,
        choose: Choose,
        on_step: Callable[[], None] = lambda: None,
        penalties: Penalties | None = None,
    ) -> Tensor:
        """Windows [point, step, part] of int64. `on_step` is called before each step, or where steps are one compiled loop
        before each batch of each part."""
        is_fast = self._fast is not None and choose is likeliest
        found = []
        with torch.inference_mode():
            codes = self._fast.codes(points) if self._fast is not None and is_fast else self.network.codes(points)
            for at in range(len(self.decoders)):
                penalty = None if penalties is None else penalties[at]
                added = None if penalty is None else self._spread(penalty, len(points))
                if self._fast is not None and is_fast:
                    classes = self._fast.classes(at, codes, on_step, added)
                else:
                    classes = self._part(at, codes, choose, on_step, added)
                found.append(classes.reshape(len(points), -1))
        return torch.stack(found, dim=2)

    def _part(self, at: int, codes: Tensor, choose: Choose, on_step: Callable[[], None], added: Tensor | None) -> Tensor:
        decoder, cells, shape = self.decoders[at], self._cells[at], self.network.shape
        each = decoder.step_codes(codes)
        ahead = each @ cells.code + cells.biases[0]
        bias = each @ cells.output_code + cells.output_bias
        if added is not None:
            bias = bias + added.transpose(0, 1)
        hidden, state = (list(found) for found in decoder.first_state(codes))
        classes = torch.zeros(len(codes), shape.unit_steps, dtype=torch.int64, device=codes.device)
        for step in range(shape.unit_steps):
            on_step()
            gates = ahead[:, step] + hidden[0] @ cells.matrices[0]
            if step:
                gates = gates + cells.symbols[classes[:, step - 1]]
            hidden[0], state[0] = _cell(gates, state[0])
            for layer in range(1, shape.layers):
                joined = torch.cat([hidden[layer - 1], hidden[layer]], dim=1)
                hidden[layer], state[layer] = _cell(torch.addmm(cells.biases[layer], joined, cells.matrices[layer]), state[layer])
            classes[:, step] = choose(at, step, bias[:, step] + hidden[-1] @ cells.output)
        return classes

    def _spread(self, penalty: Tensor, points: int) -> Tensor:
        """[step of a unit, point * unit, class]."""
        shape = self.network.shape
        whole = penalty.to(next(self.network.parameters())).expand(shape.steps, -1)
        return whole.reshape(shape.units, shape.unit_steps, -1).transpose(0, 1).repeat(1, points, 1)

    def _climb(self) -> None:
        """Take the first of the fast rungs whose logits, taught the same phrases, are within the tolerance in every part."""
        units = -(-_POSITIONS // self.network.shape.unit_steps)
        points = self.network.prior(-(-units // self.network.shape.units), torch.Generator().manual_seed(1))
        for rung in rungs(self.network):
            fast = rung(self.network)
            if max(differences(self, fast, points)) <= TOLERANCE:
                self._fast, self.rung = fast, fast.rung
                self.draw(points[:1], likeliest)  # the compiler makes its last pass at the second call
                return


Codes = Callable[[Tensor], Tensor]


@dataclass(eq=False)
class Fast:
    """Ways to a network's likeliest phrases: from points to the codes of units, from codes to classes for each part."""

    rung: str
    codes: Codes
    steps: Sequence[Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]]

    def classes(self, at: int, codes: Tensor, on_batch: Callable[[], None], added: Tensor | None = None) -> Tensor:
        """Of one part, [unit, step]. `added` [step, unit, class] to the logits."""
        if len(codes) <= _ROWS:
            on_batch()
            return self.steps[at](codes, _NOTHING if added is None else added, _NOTHING)[0].T
        found = []
        for first in range(0, len(codes), _ROWS):
            on_batch()
            rows = slice(first, first + _ROWS)
            found.append(self.steps[at](codes[rows], _NOTHING if added is None else added[:, rows], _NOTHING)[0])
        return torch.cat(found, dim=1).T


def rungs(network: MusicVae) -> list[Callable[[MusicVae], Fast]]:
    """The rungs that this machine has for this network, the fastest first."""
    if has_tiles() and all(map(is_deaf, _unit_decoders(network))):
        return [whole, joined]
    return [joined]


def joined(network: MusicVae) -> Fast:
    """One loop of eight-bit products, compiled where torch can."""
    every = [Steps(decoder) for decoder in _unit_decoders(network)]
    made = [compiled(steps) for steps in every]
    bits = "int8" if all(steps.is_eight_bit for steps in every) else "float32 joined"
    return Fast(_named(bits, made), _lighter(network).codes, [steps for steps, _ in made])


def whole(network: MusicVae) -> Fast:
    """All steps in one call of bfloat16, for decoders that hear nothing of the symbols before."""
    made = [compiled(DeafSteps(decoder)) for decoder in _unit_decoders(network)]
    codes: Codes = network.codes if network.conductor is None else compiled(Codes16(network))[0]
    return Fast(_named("bfloat16, whole", made), codes, [partial(_read, steps) for steps, _ in made])


def _read(logits_of: nn.Module, codes: Tensor, penalties: Tensor, _taught: Tensor) -> tuple[Tensor, Tensor]:
    """As phrase_steps.Steps is called; what is taught would not be heard."""
    logits: Tensor = logits_of(codes)
    if penalties is not _NOTHING:
        logits = logits + penalties
    return torch.from_numpy(logits.numpy().argmax(2)), logits  # four times as fast as torch's


def _named(bits: str, made: Sequence[tuple[nn.Module, bool]]) -> str:
    return f"{bits}, compiled" if all(is_compiled for _, is_compiled in made) else bits


def _lighter(network: MusicVae) -> MusicVae:
    """The same network with a conductor of eight bits; itself when it has none."""
    if network.conductor is None:
        return network
    found = copy.copy(network)
    found._modules = {**network._modules, "conductor": compiled(Layer8(network.conductor))[0]}
    return found


def _unit_decoders(network: MusicVae) -> list[UnitDecoder]:
    return [module for module in network.decoders if isinstance(module, UnitDecoder)]


def differences(exact: PhraseDecoder, fast: Fast, points: Tensor) -> list[float]:
    """For each part: the largest difference of a logit between the loops and the network, both taught the likeliest
    phrases, in standard deviations of the logits."""
    windows = exact.draw(points, likeliest)
    found = []
    with torch.inference_mode():
        codes = fast.codes(points)
        for at, logits in enumerate(exact.network.logits(points, windows)):
            taught = windows[:, :, at].reshape(len(codes), -1).T.contiguous()
            other = fast.steps[at](codes, _NOTHING, taught)[1].transpose(0, 1)
            found.append(float((other - logits).abs().max() / logits.std()))
    return found


def _cell(gates: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
    """One LSTM cell from its summed gates, in torch's order: in, forget, new, out."""
    into, forget, new, out = gates.chunk(4, dim=1)
    state = torch.sigmoid(forget) * state + torch.sigmoid(into) * torch.tanh(new)
    return torch.sigmoid(out) * torch.tanh(state), state
