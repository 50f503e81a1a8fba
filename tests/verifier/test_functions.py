"""The judge of functions: how texts are read, what is matched, what is refused, and how verdicts are reported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grammars.listing import parse_listing
from semantics.assumptions import assume
from semantics.liveset import LiveSet
from superopt.cli.pairs import Demands, Text, judge
from superopt.cli.verdicts import as_json, status, word
from verifier.check import Checker, CheckOptions
from verifier.functions.cuts import bodies, heads, joins
from verifier.functions.errors import NotAFunction
from verifier.functions.graph import Function, functions_of
from verifier.functions.judge import check_functions
from verifier.functions.paths import AtCut, Left, Returned, TooManyPaths, paths
from verifier.functions.relation import Fact, Relation, same
from verifier.verdict import Bounded, Proved, Refuted, Unknown, Unsupported, Verdict

RESULT = "x0,x30,sp,mem"

SUM = """
sum:
    cbz x1, .Lnone
    mov x2, #0
.Lloop:
    ldr x3, [x0], #8
    add x2, x2, x3
    subs x1, x1, #1
    b.ne .Lloop
    mov x0, x2
    ret
.Lnone:
    mov x0, #0
    ret
"""

COPY = """
    cbz x2, .Lend
.Lloop:
    ldrb w3, [x1], #1
    strb w3, [x0], #1
    subs x2, x2, #1
    b.ne .Lloop
.Lend:
    ret
"""

SAVED = """
    stp x29, x30, [sp, #-32]!
    str x19, [sp, #16]
    mov x19, x0
    bl first
    add x0, x0, x19
    ldr x19, [sp, #16]
    ldp x29, x30, [sp], #32
    ret
"""


@pytest.fixture(scope="module")
def checker() -> Iterator[Checker]:
    with Checker() as opened:
        yield opened


def read(text: str) -> Function:
    (function,) = functions_of(parse_listing(text, "a.s"))
    return function


def verdict(checker: Checker, original: str, candidate: str, live_out: str | None = None, **fields: object) -> Verdict:
    live = LiveSet.parse(live_out) if live_out is not None else LiveSet.everything()
    demands = Demands(live, **{"timeout": 20.0, **fields})  # type: ignore[arg-type]
    return judge(checker, Text(original.encode(), "a.s"), Text(candidate.encode(), "b.s"), demands)


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("cbz x0, .L\nbr x1\n.L: ret\n", "2:1: br x1: where a computed jump goes is not known"),
        ("cbz x0, .L\n.word 0\n.L: ret\n", "2:1: .word stands between the instructions"),
        ("adr x1, .L\n.L: ret\n", "1:1: the address of .L, a place in the code, is taken"),
        ("cbz x0, .L\n.L: ret\n.data\n.quad .L\n", "4:1: the address of .L, a place in the code, is taken"),
        ("cbz x0, .L+4\n.L: ret\n", "a place counted from a label"),
        ("cbz x0, #8\n.L: ret\n", "a place counted from an instruction"),
        ("cbz x0, 1f\n.set .L, 1b\n1: b .L\n", "where .L is cannot be told"),
        ("cbz x0, .L\n.L: ret\n.L: ret\n", "where .L is cannot be told"),
        ("cbz x0, .L\nmacro_call x0, x1, x2, x3\n.L: ret\n", "macro_call"),
        (".cfi_startproc\n.cfi_lsda 0x1c, .LL\nbl f\nret\n.cfi_endproc\n", "handlers of exceptions"),
        ("#define x0 x1\ncbz x0, .L\n.L: ret\n", "#define"),
        ("cbz x0, .L\nmsr fpcr, x1\n.L: ret\n", "msr"),
        ("cbz x0, .L\nbl .L\n.L: ret\n", "a call into the middle of the function"),
        (".global f\nf: b g+0\nb .Lin\n.global g\ng: nop\n.Lin: ret\n", ".Lin is not a place in this function"),
    ],
)
def test_what_is_not_certain_makes_no_function(text: str, reason: str) -> None:
    with pytest.raises(NotAFunction) as raised:
        functions_of(parse_listing(text, "a.s"))
    assert reason in str(raised.value)


def test_running_into_bytes_is_refused_only_where_control_gets_there(checker: Checker) -> None:
    ends = "cbz x0, .L\n.L: ret\n.word 0\n"
    assert word(verdict(checker, ends, ends.replace("cbz", "cbnz"))) == "equivalent"
    falls = "cbz x0, .L\nret\n.L: nop\n.word 0\n"
    assert isinstance(verdict(checker, falls, falls.replace("nop", "mov x1, x1")), Unsupported)


def test_functions_of_a_text() -> None:
    first, second = functions_of(parse_listing(".global f\n.global g\nf: nop\ng: b f\n", "a.s"))
    assert (first.name, first.following) == ("f", "g")
    assert (second.name, second.following, second.lines[0].target) == ("g", "", "f")


def test_every_cycle_goes_through_a_cut() -> None:
    irreducible = "cbz x0, .L2\n.L1: nop\n.L2: cbnz x1, .L1\n.L3: cbz x2, .L1\ncbz x3, .L3\nret\n"
    for text in (SUM, COPY, irreducible, ".L: b .L\n", "nop\n.L: cbz x0, .M\nb .L\n.M: cbz x1, .L\nb .M\n"):
        function = read(text)
        for strategy in (heads, bodies, joins):
            cuts = strategy(function)
            for start in (0, *cuts):
                assert not _returns_without(function, start, cuts)


def _returns_without(function: Function, start: int, cuts: frozenset[int]) -> bool:
    """Whether some cycle that avoids the cuts can be reached from a point."""
    depth, pending = len(function.lines) + 1, [start]
    for _ in range(depth):
        pending = sorted({after for point in pending for after in function.successors(point) if after not in cuts})
    return bool(pending)


def test_paths_exclude_each_other_and_have_ends() -> None:
    from semantics.state import State

    found = paths(read(SUM), 0, heads(read(SUM)), State())
    assert sorted(type(path.end).__name__ for path in found) == ["AtCut", "Returned"]
    assert found[0].excludes(found[1])
    loop = paths(read(SUM), 2, frozenset({2}), State())
    assert {type(path.end) for path in loop} == {AtCut, Returned}
    (tail,) = paths(read("nop\n"), 0, frozenset(), State())
    assert tail.end == Left("")


def test_too_many_paths() -> None:
    from semantics.state import State

    text = "".join(f"tbz x0, #{i}, .L{i}\nadd x1, x1, #{i}\n.L{i}:\n" for i in range(10)) + "ret\n"
    with pytest.raises(TooManyPaths):
        paths(read(text), 0, frozenset(), State())


def test_facts_in_a_circle_are_given_up() -> None:
    leaning = [Fact(("candidate", f"x{i}"), 64, ((1, ("candidate", f"x{1 - i}")),), 8) for i in (0, 1)]
    relation = Relation.of(leaning)
    for name in ("x0", "x1"):
        relation.drop(same(name))
    relation.states()
    assert sum(relation.fact(("candidate", name)) in leaning for name in ("x0", "x1")) == 1


# --- what must not be proved --------------------------------------------------------------------

WRONG = {
    "branch to the other block": (SUM, SUM.replace("cbz x1, .Lnone", "cbz x1, .Lloop"), None),
    "count of the other register": (SUM, SUM.replace("subs x1, x1, #1", "subs x1, x2, #1"), RESULT),
    "32-bit count": (SUM, SUM.replace("subs x1, x1, #1", "subs w1, w1, #1"), RESULT),
    "accumulator starts elsewhere": (SUM, SUM.replace("mov x2, #0", "mov x2, #1"), RESULT),
    "stride": (SUM, SUM.replace("#8", "#16"), RESULT),
    "copy in the other direction": (COPY, COPY.replace("[x1], #1", "[x1], #-1").replace("[x0], #1", "[x0], #-1"), "mem"),
    "two bytes at once": (COPY, COPY.replace("ldrb", "ldrh").replace("strb", "strh"), "mem"),
    "store before the load": (
        COPY,
        "cbz x2, .Lend\nldrb w3, [x1]\n.Lloop:\nstrb w3, [x0], #1\nldrb w3, [x1, #1]!\nsubs x2, x2, #1\nb.ne .Lloop\n.Lend: ret\n",
        "mem",
    ),
    "callee-saved register lost": (SAVED, SAVED.replace("ldr x19, [sp, #16]\n", ""), None),
    "other slot": (SAVED, SAVED.replace("ldr x19, [sp, #16]", "ldr x19, [sp, #24]"), None),
    "caller's value after the call": (SAVED, SAVED.replace("mov x19, x0", "mov x10, x0").replace("x0, x19", "x0, x10"), None),
    "call of something else": (SAVED, SAVED.replace("bl first", "bl second"), None),
    "call through a register": (SAVED, SAVED.replace("bl first", "blr x1"), None),
    "call dropped": (SAVED, SAVED.replace("    bl first\n", ""), None),
    "call twice": (SAVED, SAVED.replace("bl first", "bl first\n bl first"), None),
    "argument": (SAVED, SAVED.replace("bl first", "mov x1, #0\n bl first"), RESULT),
    "frame released early": (
        SAVED,
        SAVED.replace("    ldr x19, [sp, #16]\n    ldp x29, x30, [sp], #32", "    ldp x29, x30, [sp], #32\n    ldur x19, [sp, #-16]"),
        None,
    ),
    "tail call's argument": ("cbz x0, .L\nb f\n.L: ret\n", "cbz x0, .L\nmov x1, #0\nb f\n.L: ret\n", "x0"),
    "tail call elsewhere": ("cbz x0, .L\nb f\n.L: ret\n", "cbz x0, .L\nb g\n.L: ret\n", "x0"),
    "return elsewhere": ("cbz x0, .L\nret\n.L: ret x1\n", "cbz x0, .L\nret x1\n.L: ret x1\n", "x0"),
    "flag of another comparison": (
        "cmp x0, x1\nb.eq .L\nadd x2, x2, #1\n.L: csel x3, x4, x5, gt\nret\n",
        "cmp x0, x1\nb.eq .L\nadds x2, x2, #1\n.L: csel x3, x4, x5, gt\nret\n",
        "x2,x3",
    ),
    "exclusive without its loop": (
        ".L: ldxr x1, [x0]\nstxr w2, x3, [x0]\ncbnz w2, .L\nret\n",
        "ldxr x1, [x0]\nstxr w2, x3, [x0]\nret\n",
        "x1",
    ),
    "acquire made plain in a loop": (".L: ldar w1, [x0]\ncbz w1, .L\nret\n", ".L: ldr w1, [x0]\ncbz w1, .L\nret\n", "x1"),
    "barrier out of the loop": (".L: ldr w1, [x0]\ndmb ish\ncbz w1, .L\nret\n", ".L: ldr w1, [x0]\ncbz w1, .L\ndmb ish\nret\n", "x1"),
    "polling hoisted": (
        ".L: ldar w1, [x0]\nldr w2, [x3]\ncbz w1, .L\nret\n",
        "ldr w2, [x3]\n.L: ldar w1, [x0]\ncbz w1, .L\nret\n",
        "x1,w2",
    ),
    "atomic result unused": ("ldadd x1, x2, [x0]\nadd x3, x3, #0\n", "ldadd x1, xzr, [x0]\n", "x1"),
}


REPLAYED = {"accumulator starts elsewhere", "stride", "tail call elsewhere", "flag of another comparison", "two bytes at once"}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_candidates_are_never_proved(checker: Checker, name: str) -> None:
    original, candidate, live_out = WRONG[name]
    assert original != candidate
    live = LiveSet.parse(live_out) if live_out is not None else LiveSet.everything()
    # Without runs on the emulator, which would end most of these before a proof is tried.
    options = CheckOptions(live_out=live, timeout=2.0, differential=0)
    assert not isinstance(check_functions(checker, read(original), read(candidate), options), Proved | Bounded), name
    if name in REPLAYED:
        assert isinstance(verdict(checker, original, candidate, live_out, timeout=4.0), Refuted)


# --- what must be proved ------------------------------------------------------------------------

RIGHT = {
    "scheduled call": (SAVED, SAVED.replace("    mov x19, x0\n    bl first", "    mov x19, x0\n    mov x19, x19\n    bl first"), None),
    "renamed callee-saved register": (COPY, COPY.replace("w3", "w9"), "x0,x1,x2,mem"),
    "post- for pre-increment": (
        COPY,
        "cbz x2, .Lend\nsub x1, x1, #1\nsub x0, x0, #1\n.Lloop:\nldrb w3, [x1, #1]!\nstrb w3, [x0, #1]!\n"
        "subs x2, x2, #1\nb.ne .Lloop\n.Lend: ret\n",
        "mem",
    ),
    "count as an end pointer": (
        COPY,
        "cbz x2, .Lend\nadd x4, x1, x2\n.Lloop:\nldrb w3, [x1], #1\nstrb w3, [x0], #1\ncmp x1, x4\nb.ne .Lloop\n.Lend: ret\n",
        "mem",
    ),
    "loop-invariant code hoisted": (
        ".L: mov w4, #100\nmadd x0, x0, x4, x3\nsubs x1, x1, #1\nb.ne .L\nret\n",
        "mov w4, #100\n.L: madd x0, x0, x4, x3\nsubs x1, x1, #1\nb.ne .L\nret\n",
        "x0",
    ),
    "zero-extension known round the loop": (
        "mov w2, #0\n.L: add x0, x0, w2, uxtw\nadd w2, w2, #1\ncmp w2, w1\nb.ne .L\nret\n",
        "mov w2, #0\n.L: add x0, x0, x2\nadd w2, w2, #1\ncmp w2, w1\nb.ne .L\nret\n",
        "x0",
    ),
    "nested diamonds": (
        "cmp x0, #10\nb.hi .L1\ncmp x1, #5\nb.hi .L2\nmov x2, #1\nb .L3\n.L2: mov x2, #2\nb .L3\n.L1: mov x2, #3\n.L3: ret\n",
        "cmp x1, #5\nmov x3, #1\ncinc x3, x3, hi\ncmp x0, #10\nmov x2, #3\ncsel x2, x3, x2, ls\nret\n",
        "x2",
    ),
    "first round peeled": (
        "mov x2, #0\n.L: ldr x3, [x0], #8\nadd x2, x2, x3\nsubs x1, x1, #1\nb.ne .L\nmov x0, x2\nret\n",
        "ldr x2, [x0], #8\nsubs x1, x1, #1\nb.eq .E\n.L: ldr x3, [x0], #8\nadd x2, x2, x3\nsubs x1, x1, #1\nb.ne .L\n.E: mov x0, x2\nret\n",
        "x0,mem",
    ),
    "polling": (".L: ldar w1, [x0]\ncbz w1, .L\nret\n", ".L: ldar w1, [x0]\ntst w1, w1\nb.eq .L\nret\n", "x1"),
    "names of labels and functions": (
        "f: cbz x0, .L1\nstp x29, x30, [sp, #-16]!\nbl f\nldp x29, x30, [sp], #16\n.L1: ret\n",
        "g: cbz x0, 2f\nstp x29, x30, [sp, #-16]!\nbl g\nldp x29, x30, [sp], #16\n2: mov x9, x9\nret\n",
        None,
    ),
    "call that does not come back": ("cbz x0, .L\nret\n.L: bl abort\n", "cbnz x0, .M\nb .L\n.M: ret\n.L: bl abort\n", None),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_candidates_are_proved(checker: Checker, name: str) -> None:
    original, candidate, live_out = RIGHT[name]
    found = verdict(checker, original, candidate, live_out)
    assert isinstance(found, Proved), found
    assert found.certificate.method in ("simulation", "unrolling")


# --- texts of several functions -----------------------------------------------------------------

TWO = ".global f\n.global g\nf:\n add x0, x0, #1\n ret\ng:\n{save}\n bl f\n{restore}\n ret\n"
PAIR = TWO.format(save=" stp x29, x30, [sp, #-16]!", restore=" ldp x29, x30, [sp], #16")


def test_functions_are_compared_by_name(checker: Checker) -> None:
    swapped = ".global g\n.global f\ng:" + PAIR.partition("g:\n")[2].join(["\n", ""]) + "f:\n sub x0, x0, #-1\n ret\n"
    assert word(verdict(checker, PAIR, swapped, "x0,x29,x30,sp,mem")) == "equivalent"
    wrong = verdict(checker, PAIR, PAIR.replace("#1\n", "#2\n"))
    assert isinstance(wrong, Refuted)
    missing = verdict(checker, PAIR, PAIR.replace("g:", "h:").replace(".global g", ".global h"))
    assert isinstance(missing, Unsupported)
    assert "same functions" in missing.what


def test_a_callee_in_the_text_keeps_only_what_is_proved_of_it(checker: Checker) -> None:
    clobbers = PAIR.replace("add x0, x0, #1", "add x9, x0, #1\n mov x0, x9")
    assert word(verdict(checker, PAIR, clobbers, "x0,x29,x30,sp,mem")) == "equivalent"
    uses = PAIR.replace(" ldp x29", " mov x0, x9\n ldp x29")
    assert word(verdict(checker, uses, uses.replace("add x0, x0, #1", "add x9, x0, #1\n mov x0, x9"), "x0,x29,x30,sp,mem")) == "unknown"
    assert isinstance(verdict(checker, PAIR, clobbers, "x0"), Unsupported)


def test_data_must_be_the_same(checker: Checker) -> None:
    text = "cbz x0, .L\nadrp x1, table\nadd x1, x1, :lo12:table\nldr x0, [x1]\n.L: ret\n.data\ntable: .quad {}\n"
    again = text.replace("ldr x0, [x1]", "ldr x0, [x1, #0]\nmov x2, x2")
    assert word(verdict(checker, text.format(1), again.format(1))) == "equivalent"
    assert word(verdict(checker, text.format(1), again.format(2))) == "unsupported"


# --- verdicts -----------------------------------------------------------------------------------


def test_a_refutation_replays_whole_functions(checker: Checker) -> None:
    found = verdict(checker, SUM, SUM.replace("mov x2, #0", "mov x2, #1"), RESULT)
    assert isinstance(found, Refuted)
    assert found.counterexample.replayed
    assert found.counterexample.inputs["x1"] == 1
    assert found.counterexample.differences[0].what == "x0"


def test_a_rare_difference_is_found_by_the_solver(checker: Checker) -> None:
    original = "cbz x0, .L\nadd x1, x1, #1\n.L: ret\n"
    candidate = "mov x9, #0x1234\nmovk x9, #0x5678, lsl #16\ncbz x0, .L\nadd x1, x1, #1\ncmp x0, x9\ncinc x1, x1, eq\n.L: ret\n"
    found = verdict(checker, original, candidate, "x1")
    assert isinstance(found, Refuted)
    assert found.counterexample.inputs["x0"] == 0x56781234


def test_what_could_not_be_matched_is_said(checker: Checker) -> None:
    found = verdict(checker, SUM, "mov x0, #0\nret\n", RESULT, timeout=2.0)
    assert isinstance(found, Refuted)
    found = verdict(checker, SUM.replace("ldr x3", "bl g\nldr x3"), SUM, RESULT, timeout=4.0)
    assert isinstance(found, Unknown)
    assert "bl g" in found.reason
    assert "line 6" in found.reason


def test_bounded_is_a_verdict_of_its_own(checker: Checker) -> None:
    multiplied = "mul x0, x0, x1\nret\n"
    added = "mov x2, #0\n.L: add x2, x2, x0\nsubs x1, x1, #1\nb.ne .L\nmov x0, x2\nret\n"
    found = verdict(checker, added, multiplied, "x0", unroll=3)
    assert isinstance(found, Bounded)
    assert (found.rounds, word(found), status(found)) == (3, "bounded", 3)
    data = as_json(found, 1.0)
    assert (data["verdict"], data["rounds"], data["certificate"]["method"]) == ("bounded", 3, "unrolling")
    assert isinstance(verdict(checker, added, multiplied, "x0", timeout=4.0), Unknown)
    few = (assume("1 <= x1 < 4", "test"),)
    assert isinstance(verdict(checker, added, multiplied, "x0", assume=few), Proved)


def test_assumptions_hold_at_the_entry_only(checker: Checker) -> None:
    original = ".L: cmp x0, #7\ncset x1, eq\nadd x0, x0, #1\nsubs x2, x2, #1\nb.ne .L\nret\n"
    candidate = ".L: mov x1, #1\nadd x0, x0, #1\nsubs x2, x2, #1\nb.ne .L\nret\n"
    seven = (assume("x0 == 7", "test"),)
    assert not isinstance(verdict(checker, original, candidate, "x1,x0", assume=seven), Proved)
    once = (*seven, assume("x2 == 1", "test"))
    assert isinstance(verdict(checker, original, candidate, "x1,x0", assume=once), Proved)


def test_the_certificate_lists_the_segments(checker: Checker) -> None:
    found = verdict(checker, SUM, SUM.replace("x2", "x9"), RESULT)
    assert isinstance(found, Proved)
    assert "from .Lloop (line 6) with .Lloop (line 6)" in found.certificate.query
    assert found.certificate.sources["ldr x3, [x0], #8"] == "row = VEX"


@pytest.mark.parametrize("semantics", ["vex", "all"])
def test_other_meanings(checker: Checker, semantics: str) -> None:
    assert isinstance(verdict(checker, SUM, SUM.replace("add x2, x2, x3", "add x2, x3, x2"), semantics=semantics), Proved)
