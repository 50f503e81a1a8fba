"""The code in AArch64 object files and archives of them, read without any tool (ELF-64, System V ABI; ELF for AArch64, 4.5.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from superopt.fuzzing.errors import CorpusError

ELF_MAGIC, ARCHIVE_MAGIC = b"\x7fELF", b"!<arch>\n"
_AARCH64, _LITTLE_64 = 183, b"\x02\x01"
_SYMTAB, _RELA = 2, 4
_EXECUTABLE = 4
_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELOCATION = struct.Struct("<QQq")
_MEMBER = 60  # bytes of an archive member's header
_MOST_SECTIONS = 65535


@dataclass(frozen=True, slots=True)
class Code:
    """One executable section.

    Attributes:
        name: the file's and the section's name.
        data: its bytes.
        relocations: symbol names by the offset of the instruction that the linker completes.
        starts: offsets at which symbols stand.
        literals: offsets from which on there is data rather than code, and where code begins again.
    """

    name: str
    data: bytes
    relocations: Mapping[int, str]
    starts: frozenset[int]
    literals: tuple[tuple[int, bool], ...]

    def is_code(self, offset: int) -> bool:
        """Whether instructions stand at ``offset``, by the mapping symbols ``$x`` and ``$d``."""
        known = True
        for place, code in self.literals:
            if place > offset:
                break
            known = code
        return known


@dataclass(frozen=True, slots=True)
class _Section:
    name: int
    kind: int
    flags: int
    offset: int
    size: int
    link: int
    info: int


def sections_of(data: bytes, source: str) -> Iterator[Code]:
    """The executable sections of an object file, or of all members of an archive. Raises CorpusError."""
    if data.startswith(ARCHIVE_MAGIC):
        for name, member in _members(data, source):
            if member.startswith(ELF_MAGIC):
                yield from sections_of(member, f"{source}({name})")
        return
    try:
        yield from _Object(data, source).code()
    except (struct.error, IndexError, ValueError) as error:
        raise CorpusError(source, f"not a sound object file ({error})") from None


def _members(data: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    at, names = len(ARCHIVE_MAGIC), b""
    while at + _MEMBER <= len(data):
        header = data[at : at + _MEMBER]
        try:
            size = int(header[48:58])
        except ValueError:
            raise CorpusError(source, f"not a sound archive: header at byte {at}") from None
        if header[58:60] != b"`\n" or size < 0:
            raise CorpusError(source, f"not a sound archive: header at byte {at}")
        body, name = data[at + _MEMBER : at + _MEMBER + size], header[:16].decode("ascii", "replace").strip()
        if name == "//":
            names = body
        elif name[:1] == "/" and name[1:].isdecimal():
            yield names[int(name[1:]) :].partition(b"/\n")[0].decode("utf-8", "replace"), body
        elif name not in ("/", "/SYM64/"):
            yield name.rstrip("/"), body
        at += _MEMBER + size + size % 2


class _Object:
    def __init__(self, data: bytes, source: str) -> None:
        self.data, self.source = data, source
        ident, _, machine, _, _, _, table, *_, entry, count, _ = _HEADER.unpack_from(data)
        if ident[:4] != ELF_MAGIC or ident[4:6] != _LITTLE_64 or machine != _AARCH64:
            raise CorpusError(source, "not a little-endian AArch64 object file")
        if entry != _SECTION.size or not 0 < count <= _MOST_SECTIONS:
            raise CorpusError(source, "no table of sections")
        self.sections = [self._section(table + i * entry) for i in range(count)]

    def _section(self, place: int) -> _Section:
        name, kind, flags, _, offset, size, link, info, _, _ = _SECTION.unpack_from(self.data, place)
        return _Section(name, kind, flags, offset, size, link, info)

    def _bytes(self, section: _Section) -> bytes:
        return self.data[section.offset : section.offset + section.size]

    def code(self) -> Iterator[Code]:
        symbols = self._symbols()
        for index, section in enumerate(self.sections):
            if not section.flags & _EXECUTABLE or section.kind != 1 or not section.size:
                continue
            here = [(value, name) for name, place, value in symbols if place == index]
            marks = sorted((value, name.startswith("$x")) for value, name in here if name.startswith(("$x", "$d")))
            starts = frozenset(value for value, name in here if name and not name.startswith("$"))
            yield Code(f"{self.source}", self._bytes(section), self._relocations(index, symbols), starts, tuple(marks))

    def _symbols(self) -> list[tuple[str, int, int]]:
        """Name, section and value of each symbol."""
        table = next((section for section in self.sections if section.kind == _SYMTAB), None)
        if table is None:
            return []
        names, data = self._bytes(self.sections[table.link]), self._bytes(table)
        found = list[tuple[str, int, int]]()
        for name, _, _, place, value, _ in _SYMBOL.iter_unpack(data[: len(data) - len(data) % _SYMBOL.size]):
            found.append((names[name : names.index(b"\0", name)].decode("utf-8", "replace"), place, value))
        return found

    def _relocations(self, index: int, symbols: list[tuple[str, int, int]]) -> dict[int, str]:
        found = dict[int, str]()
        for section in self.sections:
            if section.kind == _RELA and section.info == index:
                data = self._bytes(section)
                for offset, info, addend in _RELOCATION.iter_unpack(data[: len(data) - len(data) % _RELOCATION.size]):
                    name = symbols[info >> 32][0] if info >> 32 < len(symbols) else ""
                    found[offset] = f"{name or 'section'}{addend:+d}" if addend or not name else name
        return found
