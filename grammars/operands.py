"""Instructions as values: a mnemonic and its operands, without a place in any text.

Everything is immutable and hashable, so that operations can be keys. Nothing here knows which operands an
instruction accepts; that is a matter of meaning, one floor up.
"""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["offset", "pre", "post"]

MODIFIERS = frozenset(["lsl", "lsr", "asr", "ror", "msl"] + [sign + "xt" + size for sign in "us" for size in "bhwx"])
CONDITIONS = frozenset(["eq", "ne", "cs", "hs", "cc", "lo", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"])
REGISTER_ALIASES = {"fp": "x29", "lr": "x30", "ip0": "x16", "ip1": "x17"}
REGISTER_NAMES = frozenset(
    [f"{kind}{number}" for kind in "xw" for number in range(31)]
    + [f"{kind}{number}" for kind in "bhsdq" for number in range(32)]
    + ["sp", "wsp", "xzr", "wzr"]
)


@dataclass(frozen=True, slots=True)
class Register:
    """A general or a scalar floating-point register by its canonical name (one of REGISTER_NAMES)."""

    name: str


@dataclass(frozen=True, slots=True)
class VectorRegister:
    """A vector register: `v3`, `v3.4s`, `v3.s[2]`, `v3.4b[1]`; the arrangement is written without its dot."""

    number: int
    arrangement: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Immediate:
    """An integer, -2**63 <= value < 2**64; expressions are folded."""

    value: int


@dataclass(frozen=True, slots=True)
class FloatImmediate:
    """A finite floating-point constant, as a double."""

    value: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A label, a local reference (`1f`, `2b`) or `.` (this very place), plus a constant number of bytes.

    The specifier is the relocation word without its colons: `lo12` in `:lo12:name`. The specifier `=` marks a
    literal-pool load (`ldr x0, =name`); there a bare constant has an empty name and its value as the addend.
    """

    name: str
    specifier: str | None = None
    addend: int = 0


@dataclass(frozen=True, slots=True)
class Modifier:
    """A shift or an extension applied to the operand before it; the amount is None where none is written."""

    kind: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """`[base]`, `[base, offset]`, `[base, offset, modifier]`; mode "pre" is `[...]!`, "post" is `[base], offset`."""

    base: Register
    offset: "Immediate | Symbol | Register | None" = None
    modifier: Modifier | None = None
    mode: Mode = "offset"


@dataclass(frozen=True, slots=True)
class RegisterList:
    """`{v0.4s, v1.4s}` or, with an index, `{v0.s, v1.s}[1]`; ranges are spelled out."""

    registers: tuple[VectorRegister, ...]
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A word of the instruction set (`eq`, `ish`, `pldl1keep`, `nzcv`), in lower case.

    Operands outside this module's vocabulary also end here, as their text: those of SVE and SME, `x2!`, and
    expressions over several symbols (`end-start`), which keep their case. No instruction with a meaning takes them.
    """

    text: str


Operand = Register | VectorRegister | Immediate | FloatImmediate | Symbol | Modifier | Memory | RegisterList | Name


@dataclass(frozen=True, slots=True)
class Operation:
    """One instruction: its mnemonic in lower case (with the condition, as in `b.eq`) and its operands."""

    mnemonic: str
    operands: tuple[Operand, ...] = ()
