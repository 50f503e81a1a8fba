"""Hypothesis strategies of operations: every shape of operand, in any order the grammar allows."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import strategies as st

from grammars.operands import (
    CONDITIONS,
    MODIFIERS,
    REGISTER_NAMES,
    FloatImmediate,
    Immediate,
    Memory,
    Modifier,
    Name,
    Operand,
    Operation,
    Register,
    RegisterList,
    Symbol,
    VectorRegister,
)

ARRANGEMENTS = ["8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d", "1q", "b", "h", "s", "d", "4b", "2h"]
SPECIFIERS = ["lo12", "got", "got_lo12", "gottprel_lo12", "tprel_hi12", "tprel_lo12_nc", "tlsdesc_lo12", "abs_g0_nc"]

registers = st.builds(Register, st.sampled_from(sorted(REGISTER_NAMES)))
vector_numbers = st.integers(0, 31)
vectors = st.builds(VectorRegister, vector_numbers, st.none() | st.sampled_from(ARRANGEMENTS), st.none() | st.integers(0, 15))
integers = st.integers(-(1 << 63), (1 << 64) - 1) | st.integers(-256, 4096)
immediates = st.builds(Immediate, integers)
floats = st.builds(FloatImmediate, st.floats(allow_nan=False, allow_infinity=False))
plain_names = st.from_regex(r"[A-Za-z_.$][A-Za-z0-9_.$]{0,12}", fullmatch=True)
awkward_names = st.sampled_from(["x0", "SP", "lsl", "v3", "v3.4s", "eq", "foo bar", "a,b", "é", "z1", "//", r"q\"q", "1f", "22b", "."])
names = plain_names | awkward_names
addends = st.integers(-(1 << 40), 1 << 40)
symbols = st.builds(Symbol, names, st.none() | st.sampled_from(SPECIFIERS), addends)
literals = st.builds(Symbol, names, st.just("="), addends) | st.builds(Symbol, st.just(""), st.just("="), integers)
modifiers = st.builds(Modifier, st.sampled_from(sorted(MODIFIERS)), st.none() | st.integers(-1, 64))


@st.composite
def memories(draw: st.DrawFn) -> Memory:
    base = draw(registers)
    mode = draw(st.sampled_from(["offset", "pre", "post"]))
    offset = draw(immediates | symbols | registers if mode == "post" else st.none() | immediates | symbols | registers)
    modified = mode != "post" and isinstance(offset, Register) and draw(st.booleans())
    return Memory(base, offset, draw(modifiers) if modified else None, mode)  # pyright: ignore[reportArgumentType]


@st.composite
def lists(draw: st.DrawFn) -> RegisterList:
    arrangement = draw(st.none() | st.sampled_from(ARRANGEMENTS))
    numbers = draw(st.lists(vector_numbers, min_size=1, max_size=4))
    registers = tuple(VectorRegister(number, arrangement) for number in numbers)
    return RegisterList(registers, draw(st.none() | st.integers(0, 15)))


operands: st.SearchStrategy[Operand] = registers | vectors | immediates | floats | symbols | literals | modifiers | memories() | lists()
conditions = st.builds(Name, st.sampled_from(sorted(CONDITIONS)))
words = st.builds(Name, st.sampled_from(["ish", "sy", "nzcv", "tpidr_el0", "s3_0_c4_c2_0", "c7", "daifset", "cvac"]))
targets = st.builds(Symbol, names, st.none(), addends) | immediates


def _reads_as_post_index(left: Operand, right: Operand) -> bool:
    """`[x1]` before `#8` is one operand to every reader, so no operation has them as two."""
    bare = isinstance(left, Memory) and left == Memory(left.base)
    return bare and isinstance(right, Immediate | Symbol | Register) and getattr(right, "specifier", None) != "="


def _separate(found: Sequence[Operand]) -> bool:
    return not any(_reads_as_post_index(*pair) for pair in pairwise(found))


def _operation(mnemonics: list[str], *parts: st.SearchStrategy[Operand]) -> st.SearchStrategy[Operation]:
    return st.builds(Operation, st.sampled_from(mnemonics), st.tuples(*parts))


operations = st.one_of(
    st.builds(
        Operation,
        st.sampled_from(["add", "ldp", "fmla", "st1", "made_up", "ret", "bfi", "br", "beqz", "css"]),
        st.lists(operands, max_size=5).filter(_separate).map(tuple),
    ),
    _operation(["b", "bl", "b.eq", "bne", "bc.lt"], targets),
    _operation(["cbz", "cbnz", "adr", "adrp"], registers, targets | symbols.filter(lambda symbol: symbol.specifier is not None)),
    _operation(["tbz", "tbnz"], registers, immediates, targets),
    _operation(["ldr", "ldrsw"], registers, symbols | literals | immediates | memories()),
    _operation(["csel", "ccmp", "fcsel"], registers, registers | immediates, registers, conditions),
    _operation(["cset"], registers, conditions),
    _operation(["msr", "mrs", "dsb", "sys"], registers | words | immediates, words | registers),
    _operation(["prfm"], words | immediates, memories()),
)
