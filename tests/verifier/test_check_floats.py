"""The judge on floating point: identities that hold bit for bit, and candidates that differ in a NaN, a zero or one rounding."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from semantics.assembler import Instruction, assemble_text
from semantics.liveset import LiveSet
from verifier.certificates.folder import files_of, read, write
from verifier.certificates.queries import Statement
from verifier.certificates.recheck import SAME, Rechecker
from verifier.check import Checker, CheckOptions
from verifier.verdict import FLOAT_METHOD, Proved, Refuted, Unsupported, Verdict


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as opened:
        yield opened


def block(text: str) -> tuple[Instruction, ...]:
    return tuple(assemble_text(line) for line in text.split(";"))


def judged(checker: Checker, original: str, candidate: str, live_out: str, timeout: float = 60.0) -> Verdict:
    return checker.check(block(original), block(candidate), CheckOptions(LiveSet.parse(live_out), timeout=timeout))


BY_FORM = [
    ("fneg d0, d1; fneg d0, d0", "fmov d0, d1", "d0"),
    ("fneg s3, s1; fneg s0, s3", "fmov s0, s1", "v0"),
    ("fabs d0, d1; fabs d0, d0", "fabs d0, d1", "d0"),
    ("fneg d0, d1; fabs d0, d0", "fabs d0, d1", "d0"),
    ("fsub s0, s1, s2; fabs s0, s0", "fabd s0, s1, s2", "s0"),
    ("fneg d3, d1; fmadd d0, d3, d2, d4", "fmsub d0, d1, d2, d4", "d0"),
    ("fmul d0, d1, d2; fneg d0, d0", "fnmul d0, d1, d2", "d0"),
    ("fneg v3.4s, v1.4s; fmla v0.4s, v3.4s, v2.4s", "fmls v0.4s, v1.4s, v2.4s", "v0"),
    ("fmov d3, d1; fadd d0, d3, d2", "fadd d0, d1, d2", "d0"),
    ("fcmpe d1, d2; cset w0, gt", "fcmp d1, d2; cset w0, gt", "w0"),
    ("fmov w8, s1; fmov s0, w8", "fmov s0, s1", "s0"),
    ("dup v3.2d, v2.d[1]; fmul v0.2d, v1.2d, v3.2d", "fmul v0.2d, v1.2d, v2.d[1]", "v0"),
    ("fmov s2, #1.5; fmul s0, s1, s2", "mov w8, #0x3fc00000; fmov s2, w8; fmul s0, s1, s2", "s0"),
    ("faddp d0, v1.2d", "mov d2, v1.d[1]; fadd d0, d1, d2", "d0"),
    ("fmadd s0, s1, s2, s3", "fmov s4, s3; fmla s4, s1, v2.s[0]; fmov s0, s4", "s0"),
]

BY_LOGIC = [
    ("fcmp d1, d2; cset w0, gt", "fcmp d2, d1; cset w0, mi", "w0"),
    ("fcmp d1, d1; cset w0, vs", "fcmp d1, #0.0; cset w0, vs", "w0"),
    ("fmax d0, d1, d1", "fmin d0, d1, d1", "d0"),
    ("fmaxnm s0, s1, s1", "fmax s0, s1, s1", "s0"),
    ("fcmp d1, d2; fcsel d0, d1, d2, mi", "fcmp d2, d1; fcsel d0, d1, d2, gt", "d0"),
    ("fcmgt d0, d1, d2", "fcmp d1, d2; csetm x8, gt; fmov d0, x8", "d0"),
    ("facge s0, s1, s2", "fabs s3, s1; fabs s4, s2; fcmge s0, s3, s4", "s0"),
    ("fcmlt v0.4s, v1.4s, #0.0", "movi v2.4s, #0; fcmgt v0.4s, v2.4s, v1.4s", "v0"),
    (
        "fcmp s1, #0.0; cset w0, mi",
        "fmov w8, s1; mov w9, #0x80000000; sub w8, w8, w9; sub w8, w8, #1; mov w9, #0x7f800000; cmp w8, w9; cset w0, lo",
        "w0",
    ),
]

BY_THEORY = [
    ("fadd s0, s1, s1", "fmov s2, #2.0; fmul s0, s1, s2", "s0"),
    ("fadd d0, d1, d1", "fmov d2, #2.0; fmul d0, d1, d2", "d0"),
    ("fmov s2, #2.0; fdiv s0, s1, s2", "fmov s2, #0.5; fmul s0, s1, s2", "s0"),
    ("scvtf d0, w1; fcvtzs w0, d0", "mov w0, w1", "w0"),
    ("scvtf s0, w1", "scvtf d0, w1; fcvt s0, d0", "s0"),
    ("ucvtf d0, w1", "mov w2, w1; scvtf d0, x2", "d0"),
    ("fcvt d0, h1; fcvt s0, d0", "fcvt s0, h1", "s0"),
    ("fcvt d0, s1; fcvt s0, d0; fcvt d0, s0", "fcvt d0, s1", "d0"),
    ("fsqrt s0, s1; fmov s2, #1.0; fmul s0, s0, s2", "fsqrt s0, s1", "s0"),
    ("frintz s0, s1; frintz s0, s0", "frintz s0, s1", "s0"),
    ("fadd s3, s1, s2; fcmp s3, s3; cset w0, vs", "fadd s3, s2, s1; fcmp s3, s3; cset w0, vs", "w0"),
    ("fmul s3, s1, s1; fcmp s3, #0.0; cset w0, mi", "mov w0, wzr", "w0"),
    # Rounding ties to even twice gives no tie that was not there: halves are exact in subnormals too.
    ("fmov s2, #0.5; fmul s0, s1, s2; fmul s0, s0, s2", "fmov s2, #0.25; fmul s0, s1, s2", "s0"),
    ("fadd h0, h1, h1", "fmov h2, #2.0; fmul h0, h1, h2", "h0"),
]

DIFFERENT = {
    # NaNs: which of two, quiet or not, sign
    "sum of two NaNs": ("fadd d0, d1, d2", "fadd d0, d2, d1", "d0"),
    "product of two NaNs": ("fmul s0, s1, s2", "fmul s0, s2, s1", "s0"),
    "times one quiets": ("fmov d2, #1.0; fmul d0, d1, d2", "fmov d0, d1", "d0"),
    "times one quiets a single": ("fmov s2, #1.0; fmul s0, s1, s2", "fmov s0, s1", "s0"),
    "minus is not plus the negated": ("fneg d3, d2; fadd d0, d1, d3", "fsub d0, d1, d2", "d0"),
    "negated product": ("fnmul d0, d1, d2", "fneg d3, d1; fmul d0, d3, d2", "d0"),
    "negation as subtraction": ("fneg d0, d1", "fmov d2, xzr; fsub d0, d2, d1", "d0"),
    "distance": ("fabd s0, s1, s2", "fabd s0, s2, s1", "s0"),
    "through double and back": ("fcvt d0, s1; fcvt s0, d0", "fmov s0, s1", "s0"),
    "maximum by compare": ("fmax d0, d1, d2", "fcmp d1, d2; fcsel d0, d1, d2, gt", "d0"),
    "maxnum is not max": ("fmaxnm d0, d1, d2", "fmax d0, d1, d2", "d0"),
    "order of maximum": ("fmax v0.4s, v1.4s, v2.4s", "fmax v0.4s, v2.4s, v1.4s", "v0"),
    "addend before factors": ("fmadd s0, s1, s2, s3", "fmadd s0, s2, s1, s3", "s0"),
    "infinity times zero beside a NaN": ("fmadd d0, d1, d2, d3", "fmul d4, d1, d2; fadd d0, d3, d4", "d0"),
    "pairs in the other order": ("faddp s0, v1.2s", "mov s2, v1.s[1]; fadd s0, s2, s1", "s0"),
    # zeros
    "minus zero plus zero": ("fmov d3, xzr; fadd d0, d1, d3", "fmov d0, d1", "d0"),
    "difference negated": ("fsub d0, d1, d2; fneg d0, d0", "fsub d0, d2, d1", "d0"),
    "truncated to integer and back": ("frintz s0, s1", "fcvtzs w8, s1; scvtf s0, w8", "s0"),
    "minimum of zeros": ("fmin s0, s1, s2", "fcmp s1, s2; fcsel s0, s1, s2, mi", "s0"),
    # subnormals and one rounding
    "fused": ("fmul d3, d1, d2; fadd d0, d3, d4", "fmadd d0, d1, d2, d4", "d0"),
    "divided by three": (
        "fmov s2, #3.0; fdiv s0, s1, s2",
        "mov w8, #0xaaab; movk w8, #0x3eaa, lsl #16; fmov s2, w8; fmul s0, s1, s2",
        "s0",
    ),
    "doubled and halved": ("fadd s0, s1, s1; fmov s2, #0.5; fmul s0, s0, s2", "fmov s2, #1.0; fmul s0, s1, s2", "s0"),
    "rounded twice": ("scvtf s0, x1", "scvtf d0, x1; fcvt s0, d0", "s0"),
    "reciprocal": ("fdiv d0, d1, d2", "fmov d3, #1.0; fdiv d3, d3, d2; fmul d0, d1, d3", "d0"),
    "root squared": ("fsqrt d0, d1; fmul d0, d0, d0", "fabs d0, d1", "d0"),
    "associated": ("fadd s0, s1, s2; fadd s0, s0, s3", "fadd s0, s2, s3; fadd s0, s1, s0", "s0"),
    "single is not exact": ("scvtf s0, w1; fcvtzs w0, s0", "mov w0, w1", "w0"),
    "fcvtxn": ("fcvtxn s0, d1", "fcvt s0, d1", "s0"),
    # ties and limits of conversions
    "ties away": ("frinta d0, d1", "frintn d0, d1", "d0"),
    "ties away to integer": ("fcvtas x0, d1", "fcvtns x0, d1", "x0"),
    "ties away to integer, single": ("fcvtau w0, s1", "fcvtnu w0, s1", "w0"),
    "towards zero": ("fcvtzs x0, d1", "fcvtms x0, d1", "x0"),
    "saturation": ("fcvtzs w0, d1", "fcvtzs x0, d1", "w0"),
    "unsigned": ("fcvtzu x0, d1", "fcvtzs x0, d1", "x0"),
    "signed source": ("scvtf d0, x1", "ucvtf d0, x1", "d0"),
    # unordered
    "lt or unordered": ("fcmp d1, d2; cset w0, lt", "fcmp d1, d2; cset w0, mi", "w0"),
    "not greater": ("fcmp s1, s2; cset w0, le", "fcmp s1, s2; cset w0, ls", "w0"),
    "estimate": ("frecpe s0, s1", "fmov s2, #1.0; fdiv s0, s2, s1", "s0"),
}


@pytest.mark.parametrize(("original", "candidate", "live_out"), BY_FORM)
def test_equal_by_form(checker: Checker, original: str, candidate: str, live_out: str) -> None:
    found = judged(checker, original, candidate, live_out)
    assert isinstance(found, Proved) and found.certificate.method == "structural", found


@pytest.mark.parametrize(("original", "candidate", "live_out"), BY_LOGIC)
def test_equal_by_exact_logic(checker: Checker, original: str, candidate: str, live_out: str) -> None:
    found = judged(checker, original, candidate, live_out)
    assert isinstance(found, Proved) and found.certificate.method in ("structural", "solver"), found


@pytest.mark.parametrize(("original", "candidate", "live_out"), BY_THEORY)
def test_equal_by_the_theory_of_floating_point(checker: Checker, original: str, candidate: str, live_out: str) -> None:
    found = judged(checker, original, candidate, live_out)
    assert isinstance(found, Proved) and found.certificate.method == FLOAT_METHOD, found
    assert "BVFP)" in found.certificate.query


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(checker: Checker, name: str) -> None:
    found = judged(checker, *DIFFERENT[name])
    assert isinstance(found, Refuted) and found.counterexample.replayed, found


@pytest.mark.parametrize("text", ["fadd d0, d1, d2", "fcmp d1, d2", "fcvtzs x0, d1", "fmax s0, s1, s2"])
def test_live_exception_bits_are_unsupported(checker: Checker, text: str) -> None:
    found = judged(checker, f"{text}; nop", text, "d0,fpsr")
    assert isinstance(found, Unsupported) and "fpsr" in found.what


def test_signs_do_not_touch_exception_bits(checker: Checker) -> None:
    assert isinstance(judged(checker, "fneg d0, d1; fneg d0, d0", "fmov d0, d1", "d0,fpsr"), Proved)


def test_a_certificate_is_proved_again_with_the_theory(checker: Checker, tmp_path: Path) -> None:
    original, candidate, live_out = BY_THEORY[0]
    found = judged(checker, original, candidate, live_out)
    assert isinstance(found, Proved)
    source, target = (tuple(i.text for i in block(text)) for text in (original, candidate))
    statement = Statement(source, target, LiveSet.parse(live_out))
    write(tmp_path / "c", files_of(statement, found.certificate))
    rechecker = Rechecker(checker.solvers, checker.agreements, ("z3", "bitwuzla"), 60.0, sat=True)
    again = rechecker.finish(rechecker.start(read(tmp_path / "c")))
    assert again.outcome == "proved" and not again.proofs and again.derivation == SAME
