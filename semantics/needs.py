"""Which low bits of which locations an instruction needs, by what of its results is wanted.

Derived from the meaning of the instruction's row, so that no table of operands has to be kept: a variable mentioned
whole is needed whole, one mentioned below an extraction only up to the extraction's highest bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from semantics import simplify as s
from semantics.assembler import Instruction
from semantics.block import step
from semantics.liveset import WIDTHS_OF, mask_of
from semantics.state import INITIAL, State
from semantics.words import Word, topological


@dataclass(frozen=True, slots=True)
class Needs:
    """The transfer function of one instruction on live sets, as slots of :class:`semantics.liveset.LiveSet`.

    ``always`` is needed whatever is live afterwards: addresses, stored values, the branch decision and target.
    ``written`` has for each overwritten location its slots and, for each width that may be live, the slots of that
    width (as they appear in a live set) and what is needed to compute that many low bits.
    """

    always: int
    written: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]

    def before(self, live: int) -> int:
        """The slots live before the instruction if ``live`` are live after it."""
        result = live
        for whole, _ in self.written:
            result &= ~whole
        for whole, by_width in self.written:
            wanted = live & whole
            for slots, needed in by_width:
                if wanted == slots:
                    result |= needed
        return result | self.always


@lru_cache(maxsize=65536)
def needs(instruction: Instruction) -> Needs:
    """The transfer function of an instruction; raises UnsupportedInstruction when it has no meaning."""
    state = State()
    step(state, instruction)
    always, reads_memory = list[Word](), False
    for access in state.accesses:
        always.append(access.address)
        if access.kind == "write":
            always.append(access.value)
        reads_memory |= access.kind == "read"
    if state.exit is not None:
        always += [word for word in (state.exit.condition, state.exit.target) if isinstance(word, Word)]
    written = list[tuple[int, tuple[tuple[int, int], ...]]]()
    for location, word in state.registers.items():
        if word is INITIAL[location]:
            continue
        by_width = tuple((mask_of(location, width), _mask(_low(word, width))) for width in WIDTHS_OF[location])
        written.append((mask_of(location), by_width))
    memory = mask_of("mem") if reads_memory else 0
    return Needs(_mask(always) | memory, tuple(written))


@lru_cache(maxsize=65536)
def _all_bits_read(instruction: Instruction) -> tuple[tuple[str, int], ...]:
    state = State()
    step(state, instruction)
    roots = [word for location, word in state.registers.items() if word is not INITIAL[location]]
    for access in state.accesses:
        roots += [access.address, access.value]
    if state.exit is not None:
        roots += [word for word in (state.exit.condition, state.exit.target) if isinstance(word, Word)]
    return tuple(bits_mentioned(roots).items())


def bits_read(instruction: Instruction) -> dict[str, int]:
    """How many low bits of each location an instruction reads; locations it does not read are absent.

    Raises UnsupportedInstruction when the instruction has no meaning.
    """
    return dict(_all_bits_read(instruction))


def bits_mentioned(roots: Iterable[Word]) -> dict[str, int]:
    """The highest bit, plus one, of each location that ``roots`` depend on."""
    found = dict[str, int]()

    def mention(word: Word, bits: int) -> None:
        name = str(word.attrs[0])
        if name in INITIAL:
            found[name] = max(found.get(name, 0), bits)

    roots = list(roots)
    for root in roots:
        if root.op == "var":
            mention(root, root.width)
    for word in topological(roots):
        for arg in word.args:
            if arg.op == "var":
                low = word.attrs[0] if word.op == "extract" else None
                mention(arg, low + word.width if isinstance(low, int) else arg.width)
    return found


def _low(word: Word, width: int) -> list[Word]:
    return [s.truncate(word, min(width, word.width))]


def _mask(words: Iterable[Word]) -> int:
    mask = 0
    for location, bits in bits_mentioned(words).items():
        mask |= mask_of(location, bits)
    return mask
