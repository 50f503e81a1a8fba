"""Unicorn's C interface through ctypes, as far as `verifier.oracle` needs it, and the facts it rests on.

The Python binding of Unicorn spends hundreds of microseconds on the registers of one run; whole-state batch calls
through ctypes spend about ten. The library is the one that the `unicorn` package ships.

Unicorn's softmmu runs in its "virtual" mode: each page that the code touches is asked for through a hook, with the
full 64-bit virtual address, and we name the host frame behind it. So any 64-bit address works, also the non-canonical
ones and those that wrap around at 2^64, and instruction fetches and data accesses of one page may see different
frames. Memory hooks report the *frame's* address. An access that crosses pages is reported once, by its first byte.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

from verifier.errors import VerifierError

FRAME_SIZE = 1024
"""Bytes in a page of Unicorn's softmmu for Arm (TARGET_PAGE_BITS_MIN = 10)."""

FRAMES_BASE = 0x100000
"""Emulated physical address of frame 0."""

MEMORY_WRITE = 17
MEMORY_FETCH = 18
"""Kinds of access as `uc_mem_type` numbers them; any other kind given to our hooks is a read."""

_ARCH_ARM64, _MODE_ARM, _CPU_ARM64_MAX = 2, 0, 3
_PROT_ALL, _PROT_READ_WRITE, _PROT_EXEC = 7, 3, 4
_HOOK_INTERRUPT, _HOOK_BLOCK, _HOOK_TLB_FILL = 1, 8, 131072
_HOOK_MEMORY = 2048 | 8192  # writes before they happen, reads after
_CTL_CPU_MODEL, _CTL_TB_FLUSH, _CTL_TLB_FLUSH, _CTL_TLB_MODE = 7, 10, 11, 12
_TLB_VIRTUAL = 1
_X0, _X29, _X30, _NZCV, _SP, _V0, _PC, _CPACR, _FPCR, _FPSR = 199, 1, 2, 3, 4, 228, 260, 261, 291, 292
_CPACR_FP_ENABLED = 3 << 20

_POINTER = ctypes.c_void_p
_U64 = ctypes.c_uint64
_INTERRUPT_HOOK = ctypes.CFUNCTYPE(None, _POINTER, ctypes.c_uint32, _POINTER)
_BLOCK_HOOK = ctypes.CFUNCTYPE(None, _POINTER, _U64, ctypes.c_uint32, _POINTER)
_MEMORY_HOOK = ctypes.CFUNCTYPE(None, _POINTER, ctypes.c_int, _U64, ctypes.c_int, ctypes.c_int64, _POINTER)


class EngineError(VerifierError):
    """Unicorn refused a call that must not fail: `call` is its name, `status` the `uc_err` it returned."""

    def __init__(self, call: str, status: int) -> None:
        super().__init__(f"Unicorn's {call} failed with error {status}")
        self.call = call
        self.status = status


class _TlbEntry(ctypes.Structure):
    _fields_ = (("paddr", _U64), ("perms", ctypes.c_uint32))


_TLB_HOOK = ctypes.CFUNCTYPE(ctypes.c_bool, _POINTER, _U64, ctypes.c_int, ctypes.POINTER(_TlbEntry), _POINTER)


class Registers(ctypes.Structure):
    """Every register that a run exchanges with the engine; `vector` holds v0..v31, 16 bytes each, little-endian."""

    _fields_ = (
        ("x", _U64 * 31),
        ("sp", _U64),
        ("nzcv", _U64),
        ("fpcr", _U64),
        ("fpsr", _U64),
        ("vector", ctypes.c_uint8 * 512),
        ("pc", _U64),
    )


_IDS = (*range(_X0, _X0 + 29), _X29, _X30, _SP, _NZCV, _FPCR, _FPSR, *range(_V0, _V0 + 32), _PC)
_OFFSETS = (*range(0, 8 * 35, 8), *range(8 * 35, 8 * 35 + 512, 16), 8 * 35 + 512)


@cache
def _library() -> ctypes.CDLL:
    import unicorn

    folder = Path(unicorn.__file__).parent / "lib"
    found = sorted(path for pattern in ("libunicorn*.so*", "libunicorn*.dylib", "unicorn.dll") for path in folder.glob(pattern))
    if not found:
        raise VerifierError(f"the unicorn package has no shared library in {folder}")
    return ctypes.CDLL(str(found[0]))


def _checked(call: str, *arguments: object) -> None:
    status = getattr(_library(), call)(*arguments)
    if status:
        raise EngineError(call, status)


def _control(engine: ctypes.c_void_p, what: int, *arguments: ctypes.c_int) -> None:
    _checked("uc_ctl", engine, ctypes.c_uint32(1 << 30 | len(arguments) << 26 | what), *arguments)


class Engine:
    """One emulated core and `frames` frames of memory of FRAME_SIZE bytes.

    `on_page(virtual address, is_fetch) -> frame number or -1` is asked for each page at its first use after
    `forget_pages`; `on_memory(kind, physical address, size, value)` is told each access (values sign-extended to
    64 bits); `on_block(address, size)` each entry of a translated block; `on_interrupt(number)` each exception.
    The hooks must not raise. Not safe for use from several threads at once.
    """

    def __init__(
        self,
        frames: int,
        on_page: Callable[[int, bool], int],
        on_memory: Callable[[int, int, int, int], None],
        on_block: Callable[[int, int], None],
        on_interrupt: Callable[[int], None],
    ) -> None:
        library = _library()
        self._handle = _POINTER()
        _checked("uc_open", _ARCH_ARM64, _MODE_ARM, ctypes.byref(self._handle))
        _control(self._handle, _CTL_CPU_MODEL, ctypes.c_int(_CPU_ARM64_MAX))
        _control(self._handle, _CTL_TLB_MODE, ctypes.c_int(_TLB_VIRTUAL))
        self._buffer = ctypes.create_string_buffer(FRAME_SIZE * frames + 4096)
        self.frames = (ctypes.addressof(self._buffer) + 4095) & ~4095
        """Host address of frame 0."""
        size = _U64((FRAME_SIZE * frames + 4095) & ~4095)
        if size.value > FRAME_SIZE * frames:
            raise VerifierError(f"the number of frames must be a multiple of 4, not {frames}")
        _checked("uc_mem_map_ptr", self._handle, _U64(FRAMES_BASE), size, _PROT_ALL, _POINTER(self.frames))
        self._hooks = (
            _TLB_HOOK(_page_hook(on_page)),
            _MEMORY_HOOK(lambda _engine, kind, address, size, value, _data: on_memory(kind, address, size, value)),
            _BLOCK_HOOK(lambda _engine, address, size, _data: on_block(address, size)),
            _INTERRUPT_HOOK(lambda _engine, number, _data: on_interrupt(number)),
        )
        for kind, hook in zip((_HOOK_TLB_FILL, _HOOK_MEMORY, _HOOK_BLOCK, _HOOK_INTERRUPT), self._hooks, strict=True):
            identity = ctypes.c_size_t()
            # The empty range (1, 0) means every address.
            _checked("uc_hook_add", self._handle, ctypes.byref(identity), kind, hook, None, _U64(1), _U64(0))
        cpacr = _U64(_CPACR_FP_ENABLED)
        _checked("uc_reg_write", self._handle, _CPACR, ctypes.byref(cpacr))
        self.registers = Registers()
        start = ctypes.addressof(self.registers)
        count = len(_IDS)
        self._ids = (ctypes.c_int * count)(*_IDS)
        self._slots = (_POINTER * count)(*(start + offset for offset in _OFFSETS))
        self._context = _POINTER()
        _checked("uc_context_alloc", self._handle, ctypes.byref(self._context))
        _checked("uc_context_save", self._handle, self._context)
        self._write_batch, self._read_batch = library.uc_reg_write_batch, library.uc_reg_read_batch
        self._emu_start, self._emu_stop = library.uc_emu_start, library.uc_emu_stop

    def load(self) -> None:
        """Reset the core (system registers, exclusive monitor) and give it `registers`, but for `pc`."""
        _checked("uc_context_restore", self._handle, self._context)
        self._write_batch(self._handle, self._ids, self._slots, len(_IDS) - 1)

    def store(self) -> None:
        """Fetch the core's registers into `registers`."""
        self._read_batch(self._handle, self._ids, self._slots, len(_IDS))

    def start(self, begin: int, until: int) -> int:
        """Run from `begin` to `until`, or until stopped; returns Unicorn's error number, 0 for none."""
        return self._emu_start(self._handle, _U64(begin), _U64(until), _U64(0), ctypes.c_size_t(0))

    def stop(self) -> None:
        """Ask a running `start` to return; for use in hooks."""
        self._emu_stop(self._handle)

    def forget_pages(self) -> None:
        """Ask for every page anew."""
        _control(self._handle, _CTL_TLB_FLUSH)

    def forget_code(self) -> None:
        """Drop all translated code: needed before a frame that was executed gets other code."""
        _control(self._handle, _CTL_TB_FLUSH)

    def close(self) -> None:
        """Free the core; the engine cannot be used afterwards."""
        if self._handle:
            _library().uc_context_free(self._context)
            _library().uc_close(self._handle)
            self._handle = _POINTER()


def _page_hook(on_page: Callable[[int, bool], int]) -> Callable[..., bool]:
    def hook(_engine: int, address: int, kind: int, entry: ctypes._Pointer[_TlbEntry], _data: object) -> bool:  # pyright: ignore[reportPrivateUsage]
        fetch = kind == MEMORY_FETCH
        frame = on_page(address, fetch)
        if frame < 0:
            return False
        entry.contents.paddr = FRAMES_BASE + FRAME_SIZE * frame
        entry.contents.perms = _PROT_EXEC if fetch else _PROT_READ_WRITE
        return True

    return hook
