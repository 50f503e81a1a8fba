"""One instruction word lifted by libVEX.

Instructions are lifted alone: libVEX cuts blocks silently at what it cannot decode and after 99 instructions.
pyvex's own ``lift`` is avoided, because its registry puts the AArch64 "spotter" first, a lifter that turns
unknown system instructions into no-ops.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import version as installed
from typing import TYPE_CHECKING

from semantics.placement import ADDRESS

if TYPE_CHECKING:
    from pyvex import IRSB


_PADDING = bytes(28)  # libVEX reads ahead, and looks for Valgrind's own marker sequences
_OPTIMISE = 0  # level 1 may drop loads whose result is not used


@lru_cache(maxsize=4096)
def lift(code: int, address: int = ADDRESS) -> IRSB | None:
    """libVEX's intermediate code of the 32-bit word ``code`` at ``address``, or None if it does not decode it."""
    from pyvex.arches import ARCH_ARM64_LE
    from pyvex.errors import LiftingException
    from pyvex.lifting.libvex import LibVEXLifter
    from pyvex.native import ffi

    data = ffi.from_buffer(ffi.BVoidP, code.to_bytes(4, "little") + _PADDING)
    try:
        block = LibVEXLifter(ARCH_ARM64_LE, address).lift(
            data,
            bytes_offset=0,
            max_bytes=4,
            max_inst=1,
            opt_level=_OPTIMISE,
            traceflags=0,
            allow_arch_optimizations=True,
            strict_block_end=True,
            skip_stmts=False,
        )
    except LiftingException:
        return None
    if block.size != 4 or block.jumpkind == "Ijk_NoDecode":
        return None
    return block


@cache
def version() -> str:
    """Version of the installed pyvex, without importing it."""
    return installed("pyvex")
