"""Known gaps and faults of the emulators, with reproducers. Those of VEX and SLEIGH are beside their translations.

An emulator that calls an instruction undefined which is listed here has no vote on it. A result that is listed as wrong
is excused only if it is exactly the wrong result that the entry predicts. Anything else is a disagreement that somebody has
to look into.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_VECTORS = 264  # where v0 begins in packed registers, see verifier.qemu.pack_registers

type Predict = Callable[[int, bytes], bytes]
"""The registers that an emulator ends with, from the instruction word and those it should end with, both packed."""


@dataclass(frozen=True, slots=True)
class EmulatorFault:
    """Instruction words with ``code & mask == value`` that ``sources`` lack, or get wrong as ``predict`` says.

    ``example`` is an instruction that shows it, ``code`` its word.
    """

    sources: frozenset[str]
    mask: int
    value: int
    reason: str
    example: str
    code: int
    predict: Predict | None = None

    def concerns(self, source: str, code: int) -> bool:
        """Whether this is one of the words, and ``source`` (``Unicorn`` or ``qemu``) one of the emulators."""
        return source in self.sources and code & self.mask == self.value


def _sign_left_in(code: int, expected: bytes) -> bytes:
    """Bits 31 to 16 of the vector register written are copies of bit 15."""
    at = _VECTORS + 16 * (code & 31)
    sign = b"\xff\xff" if expected[at + 1] & 0x80 else b"\0\0"
    return expected[: at + 2] + sign + expected[at + 4 :]


_UNICORN, _BOTH = frozenset({"Unicorn"}), frozenset({"Unicorn", "qemu"})
_NO_I8MM = "Unicorn 2.1.4 does not implement I8MM"
_SIGN = "QEMU up to 7.2, and Unicorn with it, leaves the sign of a half-word result in bits 31 to 16"

EMULATOR_FAULTS: tuple[EmulatorFault, ...] = (
    EmulatorFault(_BOTH, 0xFFF0FC00, 0x5F10FC00, _SIGN, "fcvtzs h28, h1, #12", 0x5F14FC3C, _sign_left_in),
    EmulatorFault(_UNICORN, 0xBFE0FC00, 0x0E809C00, _NO_I8MM, "usdot v4.2s, v4.8b, v4.8b", 0x0E849C84),
    EmulatorFault(_UNICORN, 0xBF40F400, 0x0F00F000, _NO_I8MM, "sudot v0.2s, v14.8b, v14.4b[2]", 0x0F0EF9C0),
    EmulatorFault(_UNICORN, 0xDFE0F400, 0x4E80A400, _NO_I8MM, "smmla v6.4s, v6.16b, v6.16b", 0x4E86A4C6),
)


def absent_from(source: str, code: int) -> str | None:
    """Why ``source`` does not know the instruction word, or None if it should."""
    return next((fault.reason for fault in EMULATOR_FAULTS if fault.predict is None and fault.concerns(source, code)), None)


def excuse(source: str, code: int, expected: bytes, found: bytes) -> str:
    """Why ``source`` ends with other packed registers than expected; empty if nothing explains precisely these."""
    for fault in EMULATOR_FAULTS:
        if fault.predict is not None and fault.concerns(source, code) and fault.predict(code, expected) == found:
            return fault.reason
    return ""
