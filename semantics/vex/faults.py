"""Encodings that libVEX (pyvex 10.0.5) decodes but that are not to be believed, with reproducers.

Where the reason says that VEX computes something else, the difference was seen on an emulator, here or in earlier
measurements, but for fcmpe, which differs from fcmp in FPSR only: that is no location of ours. The remaining entries are
policy: hints, ordered and system instructions, reserved and unpredictable words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _always(code: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class KnownFault:
    """Instruction words with ``code & mask == value`` are refused for ``reason``.

    ``example`` is an instruction that shows it, or its word where assemblers refuse it; ``when`` narrows the words further.
    """

    mask: int
    value: int
    reason: str
    example: str
    when: Callable[[int], bool] = _always

    def covers(self, code: int) -> bool:
        """Whether this is one of the words."""
        return code & self.mask == self.value and self.when(code)


def _same_base(code: int) -> bool:
    return code & 31 == code >> 5 & 31 != 31


def _loads_zr(code: int) -> bool:
    """A load, and not a store, into register 31."""
    return code >> 22 & 3 != 0 and code & 31 == 31


def _loads_zr_of_pair(code: int) -> bool:
    return 31 in (code & 31, code >> 10 & 31)


_UNFUSED = "VEX rounds the product before it adds; the instruction is fused"
_NUMBER = "VEX computes max/min, which differ from maxnum/minnum for a quiet NaN"
_FMULX = "VEX computes a plain product, which differs for zero times infinity"
_ODD = "VEX rounds to nearest, the instruction rounds to odd"
_PAIRS = "VEX takes the elements of a pair in the other order, so that another NaN comes out"
_AWAY = "VEX rounds ties to even, the instruction away from zero"
_SIGNALLING = "VEX does not distinguish fcmpe from fcmp"
_DOUBLY_ROUNDED = "VEX saturates the doubled product before it accumulates; the instruction saturates once"
_UNPREDICTABLE = "unpredictable: writeback with the base as transfer register"
_VANISHES = "VEX drops a load into the zero register"
_RESERVED = "a reserved encoding"
_PREFETCH = "a hint, which VEX turns into nothing"
_SYSTEM = "ordered or system instruction"

NZCV_ACCESS = frozenset({0xD53B4200, 0xD51B4200})
"""``mrs x0, nzcv`` and ``msr nzcv, x0``, without the register."""


def _system(code: int) -> bool:
    return code != 0xD503201F and code & ~31 not in NZCV_ACCESS


KNOWN_FAULTS: tuple[KnownFault, ...] = (
    KnownFault(0xBFA0FC00, 0x0E20CC00, _UNFUSED, "fmla v0.2d, v1.2d, v2.2d"),
    KnownFault(0xBFA0FC00, 0x0EA0CC00, _UNFUSED, "fmls v0.2d, v1.2d, v2.2d"),
    KnownFault(0x9F80B400, 0x0F801000, _UNFUSED, "fmla v0.2d, v1.2d, v2.d[0]"),
    KnownFault(0xDF80B400, 0x5F801000, _UNFUSED, "fmla d0, d1, v2.d[0]"),
    KnownFault(0x9F20FC00, 0x0E20C400, _NUMBER, "fmaxnm v0.2d, v1.2d, v2.2d"),
    KnownFault(0x9F3FFC00, 0x0E30C800, _NUMBER, "fmaxnmv s0, v1.4s"),
    KnownFault(0xDF3FFC00, 0x5E30C800, _NUMBER, "fmaxnmp d0, v1.2d"),
    KnownFault(0xFF20EC00, 0x1E206800, _NUMBER, "fmaxnm d0, d1, d2"),
    KnownFault(0xBFA0FC00, 0x0E20DC00, _FMULX, "fmulx v0.2d, v1.2d, v2.2d"),
    KnownFault(0xFFA0FC00, 0x5E20DC00, _FMULX, "fmulx d0, d1, d2"),
    KnownFault(0xBF80F400, 0x2F809000, _FMULX, "fmulx v0.2d, v1.2d, v2.d[0]"),
    KnownFault(0xFF80F400, 0x7F809000, _FMULX, "fmulx d0, d1, v2.d[0]"),
    KnownFault(0xBFA0FC00, 0x2E20D400, _PAIRS, "faddp v0.4s, v1.4s, v2.4s"),
    KnownFault(0xBF20FC00, 0x2E20F400, _PAIRS, "fmaxp v0.4s, v1.4s, v2.4s"),
    KnownFault(0x9F3FFC00, 0x0E30F800, _PAIRS, "fminv s0, v1.4s"),
    KnownFault(0x9FBFFC00, 0x0E21C800, _AWAY, "fcvtas v0.2d, v1.2d"),
    KnownFault(0xDFBFFC00, 0x5E21C800, _AWAY, "fcvtau d0, d1"),
    KnownFault(0xBF20F400, 0x2E008400, _DOUBLY_ROUNDED, "sqrdmlah v0.4s, v1.4s, v2.4s"),
    KnownFault(0xFF20F400, 0x7E008400, _DOUBLY_ROUNDED, "sqrdmlsh s0, s1, s2"),
    KnownFault(0xBF00D400, 0x2F00D000, _DOUBLY_ROUNDED, "sqrdmlsh v0.4s, v1.4s, v2.s[0]"),
    KnownFault(0xFF00D400, 0x7F00D000, _DOUBLY_ROUNDED, "sqrdmlah s0, s1, v2.s[0]"),
    KnownFault(0xBFFFFC00, 0x2E616800, _ODD, "fcvtxn v0.2s, v1.2d"),
    KnownFault(0xFFFFFC00, 0x7E616800, _ODD, "fcvtxn s0, d1"),
    KnownFault(0xFF20FC17, 0x1E202010, _SIGNALLING, "fcmpe d0, d1"),
    KnownFault(0xDFE0FC00, 0x4EE01400, _RESERVED, ".inst 0x4ee21420"),
    KnownFault(0xDFE0FC00, 0x4EE06400, _RESERVED, ".inst 0x4ee26420"),
    KnownFault(0xDFE0FC00, 0x4EE06C00, _RESERVED, ".inst 0x4ee26c20"),
    KnownFault(0xBF800400, 0x38800400, _UNPREDICTABLE, ".inst 0x38801421", _same_base),
    KnownFault(0x3E000000, 0x38000000, _VANISHES, "ldr xzr, [x1]", _loads_zr),
    KnownFault(0x3F00001F, 0x1800001F, _VANISHES, "ldr xzr, #8"),
    KnownFault(0x3E400000, 0x28400000, _VANISHES, "ldp x0, xzr, [x1]", _loads_zr_of_pair),
    KnownFault(0xFFC00000, 0xF9800000, _PREFETCH, "prfm pldl1keep, [x0]"),
    KnownFault(0xFFE00C00, 0xF8A00800, _PREFETCH, "prfm pldl1keep, [x0, x1]"),
    KnownFault(0xFFE00C00, 0xF8800000, _PREFETCH, "prfum pldl1keep, [x0, #1]"),
    KnownFault(0xFF000000, 0xD5000000, _SYSTEM, "mrs x0, fpcr", _system),
)


def fault_of(code: int) -> str | None:
    """Why the instruction word must not be given to libVEX, or None."""
    return next((fault.reason for fault in KNOWN_FAULTS if fault.covers(code)), None)
