"""Encodings that SLEIGH (pypcode 4.1) translates but that are not to be believed, with reproducers.

``FAULTS`` are wrong meanings: each was seen to differ on an emulator, and tests/semantics/test_pcode_faults.py shows each
again, so that an entry that a later pypcode makes needless is noticed. ``POLICY`` are words whose p-code is not asked
for at all: hints, ordered and system instructions, unpredictable words. What p-code itself leaves open, as CALLOTHER or
as floating-point operations, is in neither: it cannot be translated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _always(code: int) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class KnownFault:
    """Instruction words with ``code & mask == value`` are refused for ``reason``.

    ``example`` is an instruction that shows it and ``code`` its word; ``when`` narrows the words further.
    """

    mask: int
    value: int
    reason: str
    example: str
    code: int
    when: Callable[[int], bool] = _always

    def covers(self, code: int) -> bool:
        """Whether this is one of the words."""
        return code & self.mask == self.value and self.when(code)


def _into_register(code: int) -> bool:
    return code & 31 != 31


def _not_eor(code: int) -> bool:
    return code >> 22 & 3 != 0


def _shifts(code: int) -> bool:
    """A shift by an immediate, not a vector of immediates, which has zeros there."""
    return code >> 19 & 15 != 0


def _same_base(code: int) -> bool:
    return code & 31 == code >> 5 & 31 != 31


_SIGNED_LOAD = "SLEIGH extends the sign over all 64 bits of a 32-bit register"
_DISCARDED = "SLEIGH takes a discarded result for 0 where it sets N and Z"
_UPPER_HALF = "SLEIGH leaves the upper half of a 64-bit vector as it was"
_UNSATURATED = "SLEIGH wraps around where the instruction saturates"
_TRUNCATED = "SLEIGH forgets to round"
_THIRD_LANE = "SLEIGH computes the third lane from other bits"
_SHIFTED = "SLEIGH shifts where the instruction rotates"
_ORDERED = "ordered or system instruction"
_AUTHENTICATED = "pointer authentication, which SLEIGH turns into nothing"
_TAGS = "memory tags, which SLEIGH leaves out"
_PREFETCH = "a hint, which SLEIGH turns into nothing"
_UNPREDICTABLE = "unpredictable: writeback with the base as transfer register"

_PLAIN_SYSTEM = frozenset({0xD503201F, 0xD500401F})
"""``nop`` and ``cfinv``."""

FAULTS: tuple[KnownFault, ...] = (
    KnownFault(0xBEC00000, 0x38C00000, _SIGNED_LOAD, "ldrsb w0, [x1]", 0x39C00020, _into_register),
    KnownFault(0xFFE0FC1F, 0x7A00001F, _DISCARDED, "sbcs wzr, w15, w8", 0x7A0801FF),
    KnownFault(0xFFE07C10, 0xBA000400, _SHIFTED, "rmif x23, #22, #10", 0xBA0B06EA),
    KnownFault(0xFF20FC00, 0x2E201C00, _UPPER_HALF, "bsl v0.8b, v1.8b, v2.8b", 0x2E621C20, _not_eor),
    KnownFault(0xFF400000, 0x0C400000, _UPPER_HALF, "ld1 {v0.8b}, [x0]", 0x0C407000),
    KnownFault(0xFF40C000, 0x0D40C000, _UPPER_HALF, "ld1r {v0.8b}, [x0]", 0x0D40C000),
    KnownFault(0xFFE0FC00, 0x4EA07400, _THIRD_LANE, "sabd v0.4s, v1.4s, v2.4s", 0x4EA27420),
    KnownFault(0xBF20DC00, 0x0E209000, _UNSATURATED, "sqdmlal v0.4s, v1.4h, v2.4h", 0x0E629020),
    KnownFault(0xFF20DC00, 0x5E209000, _UNSATURATED, "sqdmlal s0, h1, h2", 0x5E629020),
    KnownFault(0xBF00B400, 0x0F003000, _UNSATURATED, "sqdmlal v0.4s, v1.4h, v2.h[1]", 0x0F523020),
    KnownFault(0xFF00B400, 0x5F003000, _UNSATURATED, "sqdmlal d0, s0, v0.s[0]", 0x5F803000),
    KnownFault(0xFF20FC00, 0x4E20D000, _UNSATURATED, "sqdmull2 v0.4s, v0.8h, v0.8h", 0x4E60D000),
    KnownFault(0xFF20FC00, 0x5E20D000, _UNSATURATED, "sqdmull s0, h0, h0", 0x5E60D000),
    KnownFault(0xBF00F400, 0x0F00B000, _UNSATURATED, "sqdmull v31.2d, v31.2s, v31.s[3]", 0x0FBFBBFF),
    KnownFault(0xFF00F400, 0x5F00B000, _UNSATURATED, "sqdmull d0, s0, v0.s[0]", 0x5F80B000),
    KnownFault(0xBF00F400, 0x0F00C000, _UNSATURATED, "sqdmulh v31.2s, v31.2s, v31.s[3]", 0x0FBFCBFF),
    KnownFault(0xFF00F400, 0x5F00C000, _UNSATURATED, "sqdmulh s0, s0, v0.s[0]", 0x5F80C000),
    KnownFault(0xBF00F400, 0x0F00D000, _TRUNCATED, "sqrdmulh v0.4s, v0.4s, v0.s[0]", 0x4F80D000),
    KnownFault(0xFF00F400, 0x5F00D000, _TRUNCATED, "sqrdmulh s0, s0, v0.s[0]", 0x5F80D000),
    KnownFault(0xBF3FFC00, 0x2E207800, _UNSATURATED, "sqneg v0.2d, v1.2d", 0x6EE07820),
    KnownFault(0xFF3FFC00, 0x7E207800, _UNSATURATED, "sqneg d0, d1", 0x7EE07820),
    KnownFault(0xBF3FFC00, 0x0E203800, _UNSATURATED, "suqadd v0.2d, v1.2d", 0x4EE03820),
    KnownFault(0xFF3FFC00, 0x5E203800, _UNSATURATED, "suqadd d0, d1", 0x5EE03820),
    KnownFault(0x9F80FC00, 0x0F003400, _TRUNCATED, "srsra v0.2d, v1.2d, #1", 0x4F7F3420, _shifts),
    KnownFault(0xDF80FC00, 0x5F003400, _TRUNCATED, "ursra d0, d1, #64", 0x7F403420),
)

POLICY: tuple[KnownFault, ...] = (
    KnownFault(0x3F000000, 0x08000000, _ORDERED, "ldar w0, [x1]", 0x88DFFC20),
    KnownFault(0x3F200C00, 0x38200000, _ORDERED, "ldadd x2, x0, [x1]", 0xF8220020),
    KnownFault(0x3F200C00, 0x19000000, _ORDERED, "stlur w0, [x1]", 0x99000020),
    KnownFault(0xFF200400, 0xF8200400, _AUTHENTICATED, "ldraa x0, [x1]", 0xF8200420),
    KnownFault(0xFE000800, 0xD6000800, _AUTHENTICATED, "retaa", 0xD65F0BFF),
    KnownFault(0xFFFF0000, 0xDAC10000, _AUTHENTICATED, "pacia x0, x1", 0xDAC10020),
    KnownFault(0xFF200000, 0xD9200000, _TAGS, "stg x0, [x1]", 0xD9200820),
    KnownFault(0xFE400000, 0x68000000, _TAGS, "stgp x0, x1, [x2]", 0x69000440),
    KnownFault(0xFF000000, 0xD4000000, _ORDERED, "svc #0", 0xD4000001),
    KnownFault(0xFF000000, 0xD5000000, _ORDERED, "mrs x0, nzcv", 0xD53B4200, lambda code: code not in _PLAIN_SYSTEM),
    KnownFault(0xFFC00000, 0xF9800000, _PREFETCH, "prfm pldl1keep, [x0]", 0xF9800000),
    KnownFault(0xFFE00C00, 0xF8A00800, _PREFETCH, "prfm pldl1keep, [x0, x1]", 0xF8A16800),
    KnownFault(0xFFE00C00, 0xF8800000, _PREFETCH, "prfum pldl1keep, [x0, #1]", 0xF8801000),
    KnownFault(0xBF800400, 0x38800400, _UNPREDICTABLE, ".inst 0x38801421", 0x38801421, _same_base),
)


def fault_of(code: int) -> str | None:
    """Why the instruction word must not be given to SLEIGH, or None."""
    return next((fault.reason for table in (POLICY, FAULTS) for fault in table if fault.covers(code)), None)
