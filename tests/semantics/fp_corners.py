"""Floating-point operands that tell wrong implementations from right ones, and instructions that compute each function."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from semantics.fp.format import BY_WIDTH, FORMATS, Format
from semantics.fp.rounding import rounded

MODES = {"rne": "n", "rm": "m", "rp": "p", "rz": "z", "rna": "a"}
LETTERS = {16: "h", 32: "s", 64: "d"}
INTEGERS = [f"{kind}{width}" for width in (32, 64) for kind in "su"]


def corners(form: Format) -> list[int]:
    """Zeros, subnormals, thresholds of overflow and of integers, halfway values, infinities, NaNs of both kinds."""
    one, least, last = form.bias << form.fraction, 1 << form.fraction, form.infinity - 1
    found = [0, 1, 2, 3, least - 1, least, least + 1, one - 1, one, one + 1, last, last - 1, form.infinity]
    found += [(form.quiet >> 1), form.quiet - 1, form.quiet, form.quiet + 1, 2 * least, 3 * least - 1]
    found += [form.infinity | 1, form.infinity | form.quiet - 1, form.default_nan, form.default_nan | 1, form.infinity | 0x55 << 1]
    halves = [1, 3, 5, 7, 9, 255, 257]
    found += [rounded(form, 0, number, -1, "rne") for number in halves] + [rounded(form, 0, number, 0, "rne") for number in (2, 3, 4, 7)]
    for power in (8, 15, 16, 31, 32, 63, 64, form.fraction, form.fraction + 1):
        found += [rounded(form, 0, 1, power, "rz") + step for step in (-2, -1, 0, 1)]
        found += [rounded(form, 0, (1 << power + 1) - 1, -1, "rz"), rounded(form, 0, (1 << power + 1) + 1, -1, "rz")]
    found += [rounded(form, 0, 1, -power, "rne") for power in (1, 2, form.fraction, form.fraction + 1, form.bias // 2, form.bias)]
    return sorted({bits for value in found for bits in (value, value | form.sign)})


def integer_corners(width: int) -> list[int]:
    """Integers at the ends, and those that lie halfway between numbers of each format."""
    found = [0, 1, 2, 3]
    for power in (11, 12, 16, 24, 25, 31, 32, 53, 54, 63, 64):
        found += [(1 << power) + step for step in (-2, -1, 0, 1, 2, 3)]
        for form in FORMATS.values():
            if power > form.fraction + 1:
                half = 1 << power - form.fraction - 1
                found += [(1 << power) + times * half + step for times in (1, 3) for step in (-1, 0, 1)]
    return sorted({sign * value & ((1 << width) - 1) for value in found for sign in (1, -1)})


def operand(random: Random, width: int, integer: bool, near: int | None = None) -> int:
    """A corner, anything, a number of middling size, or one near another operand."""
    if integer:
        return random.choice(
            (random.choice(integer_corners(width)), random.getrandbits(width), random.getrandbits(random.randint(1, width)))
        )
    form = BY_WIDTH[width]
    kind = random.randrange(8)
    if kind < 3:
        return random.choice(_CORNERS[width])
    if kind < 5:
        return random.getrandbits(width)
    if kind == 5 and near is not None and near >> width == 0:
        return (near ^ random.choice((0, 1, 3, form.sign, form.sign | 1, 1 << form.fraction, form.quiet))) & ((1 << width) - 1)
    exponent = form.bias + random.randint(-12, min(70, form.bias - 1))
    fraction = random.getrandbits(form.fraction) & -1 << random.randrange(form.fraction + 1)
    return random.getrandbits(1) << (width - 1) | exponent << form.fraction | fraction & ((1 << form.fraction) - 1)


_CORNERS = {width: corners(form) for width, form in BY_WIDTH.items()}


type Form = tuple[str, tuple[int, ...], int]


def instructions() -> dict[str, Form]:
    """By name of a function: its instruction as ``fadd d# d# d#`` (result first), widths of the arguments, and of the result."""
    table: dict[str, Form] = {
        "fp:convert.f64.f32.odd": ("fcvtxn s# d#", (64,), 32),
        "fp:jcvt.f64": ("fjcvtzs w# d#", (64,), 32),
        "fp:recpe.u32": ("urecpe v#.2s v#.2s", (32,), 32),
        "fp:rsqrte.u32": ("ursqrte v#.2s v#.2s", (32,), 32),
    }
    for width, letter in LETTERS.items():
        table |= dict(_arithmetic(f"f{width}", width, letter))
        table |= dict(_integers(f"f{width}", width, letter))
        for other, target in LETTERS.items():
            if other != width:
                table[f"fp:convert.f{width}.f{other}.rne"] = f"fcvt {target}# {letter}#", (width,), other
    for kind in "su":
        for number, fraction in (("16", ""), ("16q5", " #5")):
            table[f"fp:convert.{kind}{number}.f16.rne"] = f"{kind}cvtf h# h#{fraction}", (16,), 16
            table[f"fp:convert.f16.{kind}{number}.rz"] = f"fcvtz{kind} h# h#{fraction}", (16,), 16
    return table


def _arithmetic(form: str, width: int, letter: str) -> Iterator[tuple[str, Form]]:
    one, two, three = (f"{letter}# " * (count + 1) for count in (1, 2, 3))
    for name in ("add", "sub", "mul", "div", "mulx"):
        yield f"fp:{name}.{form}.rne", (f"f{name} {two}", (width,) * 2, width)
    for name in ("recps", "rsqrts"):
        yield f"fp:{name}.{form}", (f"f{name} {two}", (width,) * 2, width)
    yield f"fp:fma.{form}.rne", (f"fmadd {three}", (width,) * 3, width)
    yield f"fp:sqrt.{form}.rne", (f"fsqrt {one}", (width,), width)
    for name in ("recpe", "rsqrte", "recpx"):
        yield f"fp:{name}.{form}", (f"f{name} {one}", (width,), width)
    for mode, suffix in MODES.items():
        yield f"fp:rint.{form}.{mode}", (f"frint{suffix} {one}", (width,), width)
    for size in ("32", "64") if width > 16 else ():
        yield f"fp:rint{size}.{form}.rz", (f"frint{size}z {one}", (width,), width)
        yield f"fp:rint{size}.{form}.rne", (f"frint{size}x {one}", (width,), width)


def _integers(form: str, width: int, letter: str) -> Iterator[tuple[str, Form]]:
    for kind in INTEGERS:
        register, bits = "wx"[kind[1:] == "64"], int(kind[1:])
        for mode, suffix in MODES.items():
            yield f"fp:convert.{form}.{kind}.{mode}", (f"fcvt{suffix}{kind[0]} {register}# {letter}#", (width,), bits)
        yield f"fp:convert.{kind}.{form}.rne", (f"{kind[0]}cvtf {letter}# {register}#", (bits,), width)
        for fraction in (1, 7, 32):
            yield f"fp:convert.{kind}q{fraction}.{form}.rne", (f"{kind[0]}cvtf {letter}# {register}# #{fraction}", (bits,), width)
            yield f"fp:convert.{form}.{kind}q{fraction}.rz", (f"fcvtz{kind[0]} {register}# {letter}# #{fraction}", (width,), bits)
