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
import weakref
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


type _EntryPointer = ctypes._Pointer[_TlbEntry]  # pyright: ignore[reportPrivateUsage]
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
    `load`; `on_memory(kind, physical address, size, value)` is told each access (values sign-extended to
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
        if frames % 4:
            raise ValueError(f"the number of frames must be a multiple of 4, not {frames}")
        self._handle = _open()
        self._buffer = ctypes.create_string_buffer(FRAME_SIZE * frames + 4096)
        self.frames = (ctypes.addressof(self._buffer) + 4095) & ~4095
        """Host address of frame 0."""
        memory = (_U64(FRAMES_BASE), _U64(FRAME_SIZE * frames), _PROT_ALL, _POINTER(self.frames))
        _checked("uc_mem_map_ptr", self._handle, *memory)
        self._hooks = (_page_hook(on_page), _memory_hook(on_memory), _block_hook(on_block), _interrupt_hook(on_interrupt))
        for kind, hook in zip((_HOOK_TLB_FILL, _HOOK_MEMORY, _HOOK_BLOCK, _HOOK_INTERRUPT), self._hooks, strict=True):
            identity = ctypes.c_size_t()
            # The empty range (1, 0) means every address.
            _checked("uc_hook_add", self._handle, ctypes.byref(identity), kind, hook, None, _U64(1), _U64(0))
        self.registers = Registers()
        start = ctypes.addressof(self.registers)
        self._ids = (ctypes.c_int * len(_IDS))(*_IDS)
        self._slots = (_POINTER * len(_IDS))(*(start + offset for offset in _OFFSETS))
        self._context = _POINTER()
        _checked("uc_context_alloc", self._handle, ctypes.byref(self._context))
        _checked("uc_context_save", self._handle, self._context)
        self._finalizer = weakref.finalize(self, _free, self._handle, self._context)
        self._finalizer.atexit = False

    def load(self) -> None:
        """Reset the core (system registers, exclusive monitor, pages) and give it `registers`, but for `pc`."""
        self._require_open()
        _control(self._handle, _CTL_TLB_FLUSH)
        _checked("uc_context_restore", self._handle, self._context)
        _checked("uc_reg_write_batch", self._handle, self._ids, self._slots, len(_IDS) - 1)

    def store(self) -> None:
        """Fetch the core's registers into `registers`."""
        _checked("uc_reg_read_batch", self._handle, self._ids, self._slots, len(_IDS))

    def start(self, begin: int, until: int) -> int:
        """Run from `begin` to `until`, or until stopped; returns Unicorn's error number, 0 for none."""
        return _library().uc_emu_start(self._handle, _U64(begin), _U64(until), _U64(0), ctypes.c_size_t(0))

    def stop(self) -> None:
        """Ask a running `start` to return; for use in hooks."""
        _library().uc_emu_stop(self._handle)

    def forget_code(self) -> None:
        """Drop all translated code: needed before a frame that was executed gets other code."""
        self._require_open()
        _control(self._handle, _CTL_TB_FLUSH)

    def close(self) -> None:
        """Free the core, which is otherwise freed with the object; the engine cannot be used afterwards."""
        self._finalizer()

    def _require_open(self) -> None:
        if not self._finalizer.alive:
            raise VerifierError("the emulated core is closed")


def _open() -> ctypes.c_void_p:
    handle = _POINTER()
    _checked("uc_open", _ARCH_ARM64, _MODE_ARM, ctypes.byref(handle))
    _control(handle, _CTL_CPU_MODEL, ctypes.c_int(_CPU_ARM64_MAX))
    _control(handle, _CTL_TLB_MODE, ctypes.c_int(_TLB_VIRTUAL))
    cpacr = _U64(_CPACR_FP_ENABLED)
    _checked("uc_reg_write", handle, _CPACR, ctypes.byref(cpacr))
    return handle


def _free(handle: ctypes.c_void_p, context: ctypes.c_void_p) -> None:
    _library().uc_context_free(context)
    _library().uc_close(handle)


def _page_hook(on_page: Callable[[int, bool], int]) -> object:
    def hook(_engine: int, address: int, kind: int, entry: _EntryPointer, _data: object) -> bool:
        fetch = kind == MEMORY_FETCH
        frame = on_page(address, fetch)
        if frame < 0:
            return False
        entry.contents.paddr = FRAMES_BASE + FRAME_SIZE * frame
        entry.contents.perms = _PROT_EXEC if fetch else _PROT_READ_WRITE
        return True

    return _TLB_HOOK(hook)


def _memory_hook(on_memory: Callable[[int, int, int, int], None]) -> object:
    def hook(_engine: int, kind: int, address: int, size: int, value: int, _data: object) -> None:
        on_memory(kind, address, size, value)

    return _MEMORY_HOOK(hook)


def _block_hook(on_block: Callable[[int, int], None]) -> object:
    def hook(_engine: int, address: int, size: int, _data: object) -> None:
        on_block(address, size)

    return _BLOCK_HOOK(hook)


def _interrupt_hook(on_interrupt: Callable[[int], None]) -> object:
    def hook(_engine: int, number: int, _data: object) -> None:
        on_interrupt(number)

    return _INTERRUPT_HOOK(hook)
