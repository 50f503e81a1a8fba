"""The conformance of instruction forms: what is tried, that right rows pass, and that each source finds a wrong one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from semantics import simplify as s
from semantics.assembler import Instruction, assemble_text
from semantics.memory_image import MASK64
from semantics.sampling import instance
from semantics.words import Word
from verifier import qemu
from verifier.agreement import Agreements
from verifier.agreement.sleigh import SleighVote
from verifier.conformance import faults, llvm, starts
from verifier.conformance.check import Effort, Sources, check_forms, check_instances, open_sources
from verifier.conformance.forms import Form, all_forms, form_named, matching
from verifier.conformance.instances import instances
from verifier.conformance.meaning import Meaning
from verifier.conformance.result import Disagreement, FormResult
from verifier.conformance.spelling import ask_llvm
from verifier.conformance.starts import Start
from verifier.conformance.summary import counts, unexplained
from verifier.conformance.table import as_json, markdown
from verifier.conformance.votes import Judges
from verifier.qemu import ARENA, ARENA_SIZE, in_arena
from verifier.states import random_states

EFFORT = Effort(states=100, instances=6)

needs_llvm = pytest.mark.skipif(llvm.program() is None, reason="llvm-mc is not installed")
needs_qemu = pytest.mark.skipif(bool(qemu.missing_tools()), reason=f"not installed: {', '.join(qemu.missing_tools())}")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    with open_sources(tmp_path_factory.mktemp("conformance"), EFFORT) as opened:
        yield opened


def results_of(keys: Sequence[str], sources: Sources) -> list[FormResult]:
    return list(check_forms([form_named(key) for key in keys], sources, EFFORT))


ADD = "add {d:R}, {n:R}, {m:shifted} @64"
STR = "str {t:X}, {a:pre}"
LDR = "ldr {t:X}, {a:regoff3}"
RIGHT = [
    ADD,
    "sbcs {d:R}, {n:R}, {m:R} @32",
    STR,
    LDR,
    "ldr {t:X}, {a:literal}",
    "ldp {t:X}, {t2:X}, {a:pairpost8}",
    "tbnz {n:R}, {bit:testbit}, {target:label14} @64",
    "blr {n:X}",
    "ret {n:X}",
    "sqadd {d:v4s}, {n:v4s}, {m:v4s}",
    "fadd {d:d}, {n:d}, {m:d}",
    "st3 {t:l3_4s}, {a:vpost48}",
]


def test_sources_agree_about_right_rows(sources: Sources) -> None:
    for result in results_of(RIGHT, sources):
        ours = [found for found in result.disagreements if found.source != "SLEIGH"]
        assert not ours
        assert result.unicorn.compared >= EFFORT.states or result.unicorn.missing
        assert result.unicorn.wrong == result.qemu.wrong == 0
        assert sources.witnesses.qemu is None or result.qemu.compared >= EFFORT.states // 5
        assert not sources.llvm or result.lines >= 2 * result.instances
        assert set(result.vex) <= {"agree", "vex only", "refused", "absent"}
        assert result.vex.get("agree", 0) + result.vex.get("vex only", 0) or result.form == LDR  # it knows no sxtx


def test_ordered_forms_are_only_read_and_written(sources: Sources) -> None:
    (result,) = results_of(["ldaxr {t:X}, {a:base}"], sources)
    assert (result.kind, result.states, result.vex, result.sleigh) == ("ordered", 0, {}, {})
    assert result.lines or not sources.llvm
    assert not result.wrong


# --- planted faults: each source finds them without the others -----------------------------------


def wrong_form(key: str, spoil: Callable[[dict[str, object]], dict[str, object]]) -> Form:
    form = form_named(key)

    def spoilt(**arguments: object) -> object:
        return spoil(dict(form.row.function(**arguments)) if form.row.function else {})

    row = replace(form.row, function=spoilt)  # type: ignore[arg-type]
    row.__dict__["parameters"] = form.row.parameters
    row.__dict__["digest"] = f"spoilt {key}"
    return replace(form, row=row)


def only_at(value: int) -> Callable[[dict[str, object]], dict[str, object]]:
    """Wrong for one result in 2^64."""

    def spoil(writes: dict[str, object]) -> dict[str, object]:
        word = writes["d"]
        assert isinstance(word, Word)
        return {**writes, "d": s.ite(s.eq(word, s.const(value, 64)), s.const(0, 64), word)}

    return spoil


def checked(form: Form, sources: Sources) -> FormResult:
    made = instances(form, 0, 6)
    return check_instances(form, made, (), sources, EFFORT)


def test_a_wrong_row_is_found_by_proof_however_rare_its_fault(sources: Sources) -> None:
    result = checked(wrong_form(ADD, only_at(0x1234_5678_9ABC_DEF1)), sources)
    assert result.vex.get("disagree", 0) > 0
    assert {found.source for found in result.disagreements} <= {"VEX", "SLEIGH", "text"}  # the text stands for the right row
    assert all("sources disagree about x" in found.detail for found in result.disagreements if found.source == "VEX")
    assert result.unexplained


def test_a_wrong_row_is_found_by_running_it(sources: Sources) -> None:
    def off_by_one(writes: dict[str, object]) -> dict[str, object]:
        word = writes["d"]
        assert isinstance(word, Word)
        return {**writes, "d": word + 1}

    result = checked(wrong_form(ADD, off_by_one), sources)
    assert result.unicorn.wrong > 0
    assert result.unicorn.wrong <= result.unicorn.compared
    assert sources.witnesses.qemu is None or result.qemu.wrong > 0
    found = next(found for found in result.disagreements if found.source == "Unicorn")
    assert "found 0x" in found.detail
    assert "add x" in found.instruction


def test_a_store_to_a_wrong_place_is_found_by_both_emulators(sources: Sources) -> None:
    def one_further(writes: dict[str, object]) -> dict[str, object]:
        stores = writes["mem"]
        assert isinstance(stores, list)
        return {**writes, "mem": [(address + 1, word) for address, word in stores]}

    result = checked(wrong_form(STR, one_further), sources)
    assert result.unicorn.wrong > 0
    assert sources.witnesses.qemu is None or result.qemu.wrong > 0


def swapped(form: Form) -> Form:
    """The encoding of another instruction: the operands n and m in each other's place."""
    pattern = form.row.pattern.replace("n:5", "?").replace("m:5", "n:5").replace("?", "m:5")
    return replace(form, row=replace(form.row, pattern=pattern))


@needs_llvm
def test_a_wrong_encoding_is_found_by_llvm_mc() -> None:
    form = swapped(form_named(ADD))
    made = [instance(form.row, {"sf": 1, "shift": 0, "m": 3, "imm6": 0, "n": 5, "d": 7})]
    result = check_instances(form, made, ask_llvm(made), _nobody(), EFFORT)
    assert result.wrong["llvm-mc"] == 1
    assert any("add x7, x5, x3" in found.detail for found in result.disagreements)


def _nobody() -> Sources:
    from verifier.conformance.running import Witnesses
    from verifier.oracle import Emulator

    class Silent:
        def solve(self, query: str, *, values: tuple[str, ...], timeout: float) -> None:
            raise AssertionError("nobody is to be asked")

    return Sources(Judges(Agreements(Silent()), None, 1.0), Witnesses(Emulator(), None), True)  # type: ignore[arg-type]


def test_a_vote_against_us_by_sleigh_counts(sources: Sources) -> None:
    contrary = replace(sources.judges, sleigh=lambda _: SleighVote("disagree", "row", "x7", {"x1": 2}))
    form = form_named(ADD)
    result = check_instances(form, instances(form, 0, 2), (), replace(sources, judges=contrary), EFFORT)
    assert result.wrong == {"SLEIGH": 2}
    assert result.unexplained == 2
    assert "x7 differs for x1=0x2" in result.disagreements[0].detail


def test_an_instruction_that_an_emulator_lacks_needs_a_known_reason(monkeypatch: pytest.MonkeyPatch, sources: Sources) -> None:
    undefined = replace(form_named(ADD), row=replace(form_named(ADD).row, pattern="sf 0 0 00000 shift:2 0 m:5 imm6:6 n:5 d:5"))
    made = [instance(undefined.row, {"shift": 0, "m": 0, "imm6": 0, "n": 0, "d": 0, "sf": 0})]
    blamed = check_instances(undefined, made, (), sources, EFFORT)
    assert blamed.wrong["Unicorn"] == 1
    gap = faults.EmulatorFault(frozenset({"Unicorn", "qemu"}), 0xFFE0FC00, 0, "a gap", "udf #0", 0)
    monkeypatch.setattr(faults, "EMULATOR_FAULTS", (gap,))
    excused = check_instances(undefined, made, (), sources, EFFORT)
    assert "Unicorn" not in excused.wrong
    assert excused.unicorn.missing == 1
    assert "Unicorn: a gap" in excused.notes


# --- forms and instances -------------------------------------------------------------------------


def test_forms_are_rows_by_width() -> None:
    keys = [form.key for form in all_forms()]
    assert len(set(keys)) == len(keys) > 3000
    assert {form.group for form in all_forms()} >= {"add_sub", "load_store", "simd_same", "fp_scalar", "system"}
    assert form_named(ADD).sf == 1
    assert {form.row.mnemonic for form in matching("ld[pr]")} == {"ldp", "ldr"}
    assert not matching("nosuch")


@pytest.mark.parametrize(
    "key", [ADD, "ccmp {n:R}, {m:R}, {nzcv:u4}, {cond:cond} @32", "sqadd {d:v4s}, {n:v4s}, {m:v4s}", "smaddl {d:X}, {n:W}, {m:W}, {a:X}"]
)
def test_instances_have_register_31_equal_registers_and_every_edge(key: str) -> None:
    form = form_named(key)
    made = instances(form, 0, 200)
    fields = [dict(one.fields) for one in made]
    assert len(set(made)) == len(made) == 200
    assert made == instances(form, 0, 200) != instances(form, 1, 200)
    assert all(form.sf is None or one["sf"] == form.sf for one in fields)
    for name, places in form.row.encoding.fields.items():
        seen = {one[name] for one in fields}
        if name in ("d", "n", "m", "t"):
            assert 31 in seen
        elif name not in ("sf", "shift", "option"):
            assert {0, (1 << places[0][1]) - 1} <= seen
    assert any(one["n"] == one["m"] != 31 for one in fields)


def test_literals_point_into_the_arena_often() -> None:
    made = instances(form_named("ldr {t:X}, {a:literal}"), 0)
    inside = [one for one in made if in_arena(Meaning(one).address(start_at(0), "x0", 0), 8)]
    assert 20 <= len(inside) < len(made)


# --- initial states ------------------------------------------------------------------------------


def start_at(number: int) -> Start:
    return starts.pool(0)[number]


def test_accesses_go_where_they_are_wanted() -> None:
    targets = [starts.target(number, 0, 15) for number in range(400)]
    known = [target for target in targets if target is not None]
    assert sum(in_arena(target, 16) for target in known) >= 280
    assert {offset for target in known for offset in [target % 16] if in_arena(target, 16)} == set(range(16))
    assert any(target < ARENA + 4096 < target + 16 for target in known)
    assert {ARENA, ARENA + ARENA_SIZE - 16} <= set(known)
    assert any(target > MASK64 - 16 for target in known)
    assert None in targets


PLACED = """
ldr x3, [x3, x3, lsl #3]
ldrb w1, [x2, w2, sxtw]
str x1, [x1, #32760]
stp x1, x2, [sp, #-512]!
ld4 {v0.16b, v1.16b, v2.16b, v3.16b}, [x5], x6
"""


@pytest.mark.parametrize("text", PLACED.strip().splitlines())
def test_base_registers_are_chosen_for_the_wanted_address(text: str) -> None:
    from verifier.conformance.running import _placed  # pyright: ignore[reportPrivateUsage]

    meaning = Meaning(assemble_text(text))
    low, high = meaning.reach()
    touched = [meaning.expected(_placed(meaning, start, i, low, high)).touched for i, start in enumerate(starts.pool(1)[:64])]
    assert sum(all(in_arena(address) for _, address in bytes_) for bytes_ in touched) >= 40


def test_a_start_with_another_pointer_is_consistent() -> None:
    changed = start_at(9).with_pointer("x7", 0x1234, {0x1234: 7}).with_pointer("sp", 0x5678)
    assert changed.state.memory.byte(0x1234) == 7
    assert Start.of(changed.state) == changed


def test_windows_have_every_setting_of_the_flags_and_differ() -> None:
    pool = starts.pool(0)
    first, second = starts.window(pool, 0, 20), starts.window(pool, 1, 20)
    assert len(first) == len(second) == 22
    assert first[:2] == second[:2] == list(pool[:2])
    assert first[2:] != second[2:]
    assert len(starts.window(pool, 3, 1)) == 18
    assert len({(x.values["n"], x.values["z"], x.values["c"], x.values["v"]) for x in first[2:18]}) == 16


# --- meaning -------------------------------------------------------------------------------------


def test_expected_outcomes_cover_registers_flags_memory_and_the_way_out() -> None:
    state = random_states(3, 1)[2].replace(pc=qemu.CODE).with_location("x1", ARENA).with_location("x2", (1 << 64) - 1)
    start = Start.of(state)
    stored = Meaning(assemble_text("str x2, [x1, #8]!")).expected(start)
    assert stored.stores == {ARENA + 8 + i: 0xFF for i in range(8)}
    assert stored.touched == {("w", ARENA + 8 + i) for i in range(8)}
    assert stored.registers == qemu.pack_registers(state.with_location("x1", ARENA + 8))
    compared = Meaning(assemble_text("cmp x2, x2")).expected(start)
    assert compared.registers == qemu.pack_registers(state.replace(n=0, z=1, c=1, v=0))
    assert (compared.next_pc, compared.stores) == (qemu.CODE + 4, {})
    assert Meaning(assemble_text("tbnz x2, #63, #-8")).expected(start).next_pc == qemu.CODE - 8
    assert Meaning(assemble_text("tbz x2, #63, #-8")).expected(start).next_pc == qemu.CODE + 4


# --- results -------------------------------------------------------------------------------------


def made_result() -> FormResult:
    result = FormResult(ADD, "add_sub", "row", 3, {"agree": 2, "refused": 1}, {"no vote": 3})
    result.note("VEX refused: because")
    result.unicorn.compared, result.qemu.compared, result.lines = 100, 90, 6
    return result


def test_results_survive_as_json() -> None:
    result = made_result()
    for _ in range(9):
        result.disagree(Disagreement("VEX", "add x0, x1, x2", "x0 differs"))
    again = FormResult.of_json(result.as_json())
    assert again == result
    assert len(again.disagreements) < again.wrong["VEX"] == again.unexplained == 9


def test_an_explained_disagreement_is_not_an_unexplained_one() -> None:
    result = made_result()
    result.disagree(Disagreement("Unicorn", "x", "y", cause="known"))
    assert (unexplained([result]), result.wrong) == (0, {"Unicorn": 1})
    assert "Unicorn: known" in result.notes


def test_the_document_says_everything_once() -> None:
    wrong = made_result()
    wrong.form = "other {d:X}"
    wrong.disagree(Disagreement("qemu", "other x0 (0x00000000)", "x0 is 0x1, found 0x2"))
    text = markdown([made_result(), wrong], "superopt conform --only add", {"pyvex": "1.2", "llvm-mc": "absent"})
    lines = text.splitlines()
    assert f"| `{ADD}` | yes | = 2 ref 1 | - | 100 | 90 | 6 | 0 | 1 |" in lines
    assert "| `other {d:X}` | yes | = 2 ref 1 | - | 100 | 90 | 6 | 1 | 1 |" in lines
    assert "1. VEX refused: because" in lines
    assert "| unexplained disagreements | 1 |" in lines
    assert "- qemu: `other x0 (0x00000000)`: x0 is 0x1, found 0x2. Cause: unexplained." in lines
    assert "Made by `superopt conform --only add` with pyvex 1.2, llvm-mc absent." in lines
    assert text.index("## Summary") < text.index("## add_sub") < text.index("## Known faults")
    assert "fmaxnm v0.2d, v1.2d, v2.2d" in text
    data = as_json([wrong], "c", {})
    assert data["summary"]["unexplained disagreements"] == 1
    assert {count.what for count in counts([wrong])} == set(data["summary"])


# --- llvm-mc -------------------------------------------------------------------------------------


@needs_llvm
def test_llvm_mc_answers_line_by_line() -> None:
    assert llvm.assemble(["add x0, x1, x2", "frob x0", "bl target", "nop"]) == [
        0x8B020020,
        "unrecognized instruction mnemonic",
        "relocated",
        0xD503201F,
    ]
    assert llvm.disassemble([0x8B020020, 0, 0xFFFFFFFF, 0xD503201F]) == ["add\tx0, x1, x2", "udf\t#0", None, "nop"]
    with pytest.raises(llvm.LlvmMcError, match="line end"):
        llvm.assemble(["nop\nnop"])


def test_instructions_are_found_by_key(tmp_path: Path) -> None:
    made: Instruction = assemble_text("add x0, x1, x2")
    assert form_named(f"{made.row.name} @64").row is made.row
