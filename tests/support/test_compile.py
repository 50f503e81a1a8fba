from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.compile import (
    COMPILATIONS,
    KERNELS,
    Compiler,
    ToolError,
    build,
    compile_kernel,
    compile_source,
    kernel_names,
    needs_cross_tools,
    run_assembly,
    run_program,
)

KNOWN_ANSWERS = {
    "adler32": ["adler32 11e60398 11e60398"],  # "Wikipedia", from the article on Adler-32
    "base64": ["base64 Zm9vYmFyIQ=="],
    "bit_reverse": ["reverse32 80100000"],
    "block_ciphers": ["speck64 8c6fa548 454e028b", "simon64 44c8fc20 b9dfa07a"],  # the ciphers' paper, appendix
    "calendar": ["days_from_civil 0 11017", "weekday 4"],  # 29 February 2024 was a Thursday
    "chacha": ["chacha_quarter_round ea2a92f4 cb1cf8ce 4581472e 5881c4bb"],  # RFC 8439, 2.1.1
    "crc": ["crc32 cbf43926 cbf43926 cbf43926", "crc16 29b1"],  # "123456789"
    "endian": ["swap64 0807060504030201"],
    "fletcher": ["fletcher16 c8f0", "luhn_digit 3"],
    "fnv": ["fnv1a_32 bf9cf968"],  # "foobar", from the FNV authors' test suite
    "gcd": ["gcd 21 21", "inverse_odd 1"],
    "generators": ["splitmix64 e220a8397b1dcdaf"],
    "gray_code": ["gray 123456789"],
    "ip_checksum": ["ip_checksum b861"],
    "isqrt": ["isqrt 1234 4294967295 1625"],
    "leading_zeros": ["trailing_zeros32 20"],
    "matrix": ["transpose_bits8 0101010101010101"],
    "midpoint": ["average_floor 4294967294"],
    "morton": ["morton_encode 147"],
    "murmur3": ["murmur3_32 faf6cdb3"],  # "Hello, world!" with seed 1234
    "pixels": ["add_saturating_bytes ff80ff03"],
    "popcount": ["popcount64 9"],
    "saturate": ["multiply_q31 2147483647 536870912"],
    "sha256": ["sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],  # FIPS 180-4, "abc"
    "siphash": ["siphash24 a129ca6149be45e5"],  # the paper, appendix A
    "string_scan": ["parse_int -2147483648 42"],
    "utf8": ["utf8_decode 1f600"],
    "varint": ["zigzag 5 -3"],
    "wide": ["multiply_64_64 fffffffffffffffe0000000000000001"],
    "xxhash32": ["xxh32 02cc5d05"],  # the empty input, from the specification
}


def test_there_are_kernels_and_each_has_both_files() -> None:
    names = kernel_names()
    assert len(names) >= 24
    assert all((KERNELS / f"{name}.c").is_file() for name in names)
    sources = {path.stem for path in KERNELS.glob("*.c") if not path.stem.endswith("_driver")}
    assert sources == set(names)
    assert set(KNOWN_ANSWERS) <= sources


def test_readme_names_every_kernel() -> None:
    readme = (KERNELS / "README.md").read_text()
    assert [name for name in kernel_names() if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("name", kernel_names())
def test_driver_reports_every_exported_function(name: str) -> None:
    """A function that a driver forgets could be broken by a rewrite and nobody would see it."""
    source = (KERNELS / f"{name}.c").read_text()
    exported = re.findall(r"^(?!static|typedef|struct|#|/)[a-z][\w ]*?[ *](\w+)\([^;]*\)\n\{", source, re.MULTILINE)
    driver = (KERNELS / f"{name}_driver.c").read_text()
    calls = [function for function in exported if len(re.findall(rf"\b{function}\(", driver)) < 2]
    assert exported
    assert calls == []


@needs_cross_tools
@pytest.mark.parametrize("name", kernel_names())
def test_all_compilations_agree(name: str, tmp_path: Path) -> None:
    outputs: dict[str, str] = {}
    for compiler, level in COMPILATIONS:
        assembly = compile_kernel(name, tmp_path / f"{compiler}{level}.s", compiler=compiler, level=level)
        outputs[f"{compiler} {level}"] = run_assembly(name, assembly, tmp_path)
    reference = outputs["gcc -O0"]
    assert {key: value for key, value in outputs.items() if value != reference} == {}
    checks = [line.removeprefix("check ") for line in reference.splitlines() if line.startswith("check ")]
    assert checks == KNOWN_ANSWERS.get(name, [])
    assert len(reference.splitlines()) > len(checks)


@needs_cross_tools
def test_a_changed_instruction_changes_the_output(tmp_path: Path) -> None:
    assembly = compile_kernel("midpoint", tmp_path / "midpoint.s", level="-O2")
    text = assembly.read_text()
    start = text.index("average_floor:\n")
    wrong = text[:start] + text[start:].replace("lsr\tw0, w0, 1", "lsr\tw0, w0, 2", 1).replace("lsr 1", "lsr 2", 1)
    assert wrong != text
    changed = tmp_path / "changed.s"
    changed.write_text(wrong)
    before, after = (run_assembly("midpoint", path, tmp_path).splitlines() for path in (assembly, changed))
    different = {line.split()[0] for line in set(before) ^ set(after)}
    assert "average_floor" in different
    assert "clamp" not in different


@needs_cross_tools
@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_does_not_compile_is_told_with_the_message(compiler: Compiler, tmp_path: Path) -> None:
    source = tmp_path / "broken.c"
    source.write_text("int f(void) { return nowhere; }\n")
    with pytest.raises(ToolError, match="nowhere") as caught:
        compile_source(source, tmp_path / "broken.s", compiler=compiler)
    assert caught.value.status != 0


@needs_cross_tools
def test_a_program_that_fails_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "failing.c"
    source.write_text("int main(void) { return 3; }\n")
    program = build([source], tmp_path / "failing.elf")
    with pytest.raises(ToolError) as caught:
        run_program(program)
    assert caught.value.status == 3
