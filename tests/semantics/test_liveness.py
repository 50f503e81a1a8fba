"""What is live, on small programs where it can be said by hand; and the windows that may be rewritten."""

from __future__ import annotations

import pytest

from grammars.listing import parse_listing
from semantics.assembler import assemble_text
from semantics.frames import DeadStack, dead_stack_after
from semantics.liveness import ARGUMENTS, CALLEE_SAVED, LivenessOptions, LiveSet, bits_read, live_sets, written_registers
from semantics.needs import needs
from semantics.program import Block, Program
from semantics.windows import WindowOptions, dead_stack_at, windows

X0 = LivenessOptions(live_out_at_return=LiveSet.parse("x0"))


def program(text: str) -> Program:
    return Program.from_listing(parse_listing(text))


def entry(text: str, options: LivenessOptions | None = None, block: int = 0) -> LiveSet:
    return live_sets(program(text), options).entries[block]


def with_return(names: str) -> LiveSet:
    """The set, plus what `ret` and the rule about sp add."""
    return LiveSet.parse(names) | LiveSet.parse("x30,sp")


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("add w0, w1, w2", {"x1": 32, "x2": 32}),
        ("add x0, x1, w2, sxtb", {"x1": 64, "x2": 8}),
        ("lsr x0, x1, #32", {"x1": 64}),
        ("eor x0, x0, x0", {}),
        ("movk w3, #1", {"x3": 32}),
        ("strb w1, [x2, x3]", {"x1": 8, "x2": 64, "x3": 64}),
        ("ldr x0, [sp, w1, uxtw]", {"sp": 64, "x1": 32}),
        ("tbnz x0, #40, here", {"x0": 41}),
        ("b.hi here", {"z": 1, "c": 1}),
        ("str d3, [x0]", {"x0": 64, "v3": 64}),
        ("stp q3, q4, [x0]", {"x0": 64, "v3": 128, "v4": 128}),
        ("nop", {}),
    ],
)
def test_bits_read(text: str, bits: dict[str, int]) -> None:
    assert bits_read(assemble_text(text)) == bits


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("mov x0, x1", "w0", "w1"),
        ("mov x0, x1", "x0", "x1"),
        ("mov x0, x1", "x2", "x2"),
        ("add x0, x0, x1", "w0", "w0,w1"),
        ("lsr x0, x1, #1", "w0", "x1"),
        ("mul x0, x1, x2", "w0", "w1,w2"),
        ("adds x0, x1, x2", "w0,v", "x1,x2"),
        ("subs w0, w1, w2", "z", "w1,w2"),
        ("csel w0, w1, w2, eq", "x0", "w1,w2,z"),
        ("bfi x0, x1, #40, #4", "w0", "w0"),
        ("ldr w0, [x1]", "x2", "x1,x2,mem"),
        ("str w0, [x1]", "x2", "w0,x1,x2"),
        ("ldr x0, [x1], #8", "x3", "x1,x3,mem"),
        ("ldr q0, [x1]", "d0", "x1,mem"),
        ("udiv w0, w1, w2", "x3", "x3"),
    ],
)
def test_one_instruction(text: str, after: str, before: str) -> None:
    assert LiveSet(needs(assemble_text(text)).before(LiveSet.parse(after).mask)) == LiveSet.parse(before)


def test_dead_chains_are_dead() -> None:
    assert entry(" add x5, x6, x7\n mul x5, x5, x8\n mov x0, x1\n ret", X0) == with_return("x1")


def test_a_diamond_joins_widths() -> None:
    text = " cbz w2, 1f\n mov w0, w1\n ret\n1: mov x0, x1\n ret"
    assert entry(text, X0) == with_return("x1,w2")
    assert entry(text, X0, 1) == with_return("w1")


def test_a_loop_keeps_what_the_next_round_needs() -> None:
    text = " mov w0, wzr\n1: add w0, w0, w1\n ror w1, w1, w3\n subs x2, x2, #1\n b.ne 1b\n ret"
    assert entry(text, X0) == with_return("w1,x2,w3")
    assert live_sets(program(text), X0).entries[1] == with_return("w0,w1,x2,w3")


def test_after_and_before_meet() -> None:
    found = program(" mov x1, x2\n add x0, x1, #1\n ret")
    live, block = live_sets(found, X0), found.blocks[0]
    assert live.after(block, 0) == live.before(block, 1) == with_return("x1")
    assert live.before(block, 0) == live.entries[0]
    assert live.after(block, 2) == live.ends[0] == LiveSet.parse("x0,sp")
    with pytest.raises(ValueError, match="another program"):
        live.before(program(" ret").blocks[0], 0)


def test_default_return() -> None:
    assert entry(" ret") == LiveSet.aapcs64_return()
    live = entry(" cmp x3, x4\n mov x9, x10\n ret")
    assert live == LiveSet.aapcs64_return()


def test_unknown_ways_keep_everything() -> None:
    for text in (" br x3", " nop", " ret x3", " b .Lnowhere", " nop\n .word 1", " svc #0\n ret", " frob x1\n ret"):
        assert entry(text) == LiveSet.everything(), text


def test_fpsr_is_live_where_somebody_asks() -> None:
    assert "fpsr" not in entry(" br x3")
    asked = LivenessOptions(live_out_at_return=LiveSet.parse("x0,fpsr"))
    assert "fpsr" in entry(" nop\n ret", asked) and "fpsr" in entry(" br x3", asked)
    assert "fpsr" in entry(" nop\n mrs x0, fpsr\n ret")


def test_a_call_elsewhere() -> None:
    text = " mov x9, x1\n mov x1, x2\n cmp x3, x4\n bl g\n add x0, x0, x19\n add x0, x0, x10\n ret"
    live = entry(text, X0)
    assert live == ARGUMENTS.without(["x1"]) | CALLEE_SAVED | LiveSet.parse("x2,x10")
    assert "x9" not in live and "x30" not in live and "n" not in live
    aapcs = LivenessOptions(LiveSet.parse("x0"), aapcs_calls=True)
    assert "x10" not in entry(text, aapcs) and "x19" in entry(text, aapcs)


def test_saved_registers_are_the_callers_only_where_they_are_left_alone() -> None:
    left = "f: bl g\n ret"
    saved = "f: str x19, [sp, #-16]!\n mov x19, x0\n add x0, x19, x0\n bl g\n ldr x19, [sp], #16\n ret"
    assert "x19" in entry(left, X0)
    found = program(saved)
    live, block = live_sets(found, X0), found.blocks[0]
    assert "x19" in live.before(block, 0)  # stored
    assert "x19" in live.before(block, 2)
    assert "x19" not in live.before(block, 3)
    assert "x20" in live.before(block, 3)


def test_registers_kept_over_a_local_call() -> None:
    """As with gcc's -fipa-ra: the caller keeps x9 and the flags, since it knows what the callee writes."""
    text = """
        .globl f
    f:  mov x20, x30
        cmp x1, x2
        bl h
        csel x0, x9, x0, lt
        mov x30, x20
        ret
    h:  mov x10, x9
        add x0, x0, x9
        ret
    """
    found = program(text)
    live = live_sets(found, X0)
    h = found.block_at("h")
    assert "x9" in live.before(h, 2) and "n" in live.before(h, 0) and "x10" not in live.before(h, 1)
    assert "x9" in live.entries[0] and "x3" not in live.entries[0]  # a private callee reads what it reads


def test_local_calls_reach_returns_behind_jumps() -> None:
    text = ".globl f\nf: mov x20, x30\n bl h\n mov x0, x13\n br x20\nh: cbz x0, k\n ret\nk: b t\nt: ret"
    found = program(text)
    live = live_sets(found, X0)
    assert "x13" in live.entries[found.block_at("t").index]


def test_a_tail_call_needs_arguments_and_what_returns_need() -> None:
    live = entry(" mov x3, x9\n mov x10, x11\n b g")
    assert live == (ARGUMENTS | LiveSet.aapcs64_return()).without(["x3"]) | LiveSet.parse("x9")
    assert "x30" in entry(" b g", X0)


def test_indirect_jumps_through_a_table() -> None:
    text = """
        .globl f
    f:  ldr x9, [x9, x0, lsl #3]
        br x9
    1:  mov x0, x12
        ret
    2:  mov x0, x13
        ret
        .section .rodata
        .xword 1b, 2b
    """
    live = entry(text, X0)
    assert {"x9", "x12", "x13"} <= set(live) and "x14" not in live
    assert entry(text.replace(".xword 1b, 2b", ""), X0) == LiveSet.everything()


def test_handlers_see_registers_of_the_call() -> None:
    text = """
        .type f, %function
    f:  .cfi_startproc
        .cfi_lsda 28, .Ltab
        mov x19, x1
    .Lb: bl g
        mov x0, xzr
        ret
    .Lp: mov x0, x19
        ret
        .cfi_endproc
        .section .gcc_except_table,"a",@progbits
    .Ltab: .uleb128 .Lp-f
    """
    found = program(text)
    assert "x19" in live_sets(found, X0).entries[found.block_at(".Lb").index]
    assert "x19" not in live_sets(program(text.replace(".cfi_lsda 28, .Ltab", "")), X0).entries[found.block_at(".Lb").index]


def test_hints_and_signing_have_known_effects() -> None:
    live = entry(" paciasp\n mov x0, x1\n prfm pldl1keep, [x2]\n mrs x9, tpidr_el0\n autiasp\n ret", X0)
    assert live == with_return("x1,x2")


def test_written_registers() -> None:
    found = program(".globl f\n.globl g\nf: mov w1, w2\n str x3, [x4], #8\n cmp x1, x2\n bl h\n ret\ng: ret")
    assert written_registers(found, found.function("f")) == {"x1", "x4", "n", "z", "c", "v", "x30"}
    assert written_registers(found, found.function("g")) == frozenset()


def spans(block: Block, options: WindowOptions | None = None) -> list[tuple[int, int]]:
    return [(window.start, window.stop) for window in windows(block, options)]


def test_windows_end_at_opaque_items_and_branches() -> None:
    (block,) = program(" nop\n mov x0, x1\n svc #0\n nop\n ret").blocks
    assert spans(block) == [(0, 2), (3, 4)]
    first, second = windows(block)
    assert [instruction.text for instruction in first.instructions] == ["nop", "mov x0, x1"]
    assert [dead_stack_at(block, window.stop) for window in (first, second)] == [False, True]


def test_windows_step_over_line_tables_only() -> None:
    found = program('.file 1 "a.c"\n nop\n .loc 1 1 1\n nop\n nop\n .cfi_remember_state\n nop\n ret')
    (block,) = found.blocks
    assert spans(block) == [(0, 3), (3, 4)]
    assert windows(block)[0].runs == ((1, 2), (3, 5))
    assert [found.listing.statements[i].position.line for i in windows(block)[0].statements] == [2, 4, 5]


def test_frozen_blocks_have_no_windows() -> None:
    assert not any(windows(block) for block in program(" nop\n b . + 8\n nop\n ret").blocks)


FRAME = """
    .cfi_startproc
    stp x29, x30, [sp, #-32]!
    .cfi_def_cfa_offset 32
    str x19, [sp, #16]
    mov x29, sp
    mov x19, x1
    str x19, [x2]
    .cfi_offset w19, -16
    .cfi_offset 29, -32
    .cfi_offset x30, -24
    add x0, x0, x19
    ldr x19, [sp, #16]
    ldr x3, [sp, #24]
    add x0, x0, x3
    ldp x29, x30, [sp], #32
    ret
    .cfi_endproc
"""


def test_frames_stay_where_unwind_tables_say() -> None:
    (block,) = program(FRAME).blocks
    assert spans(block) == [(3, 5), (5, 6), (7, 9)]
    assert spans(block, WindowOptions(move_frames=True)) == [(0, 1), (1, 5), (5, 10)]
    assert windows(block)[0].fixed == {"sp", "x29"}
    assert dead_stack_after(block.items[windows(block)[2].stop :]) == DeadStack(((16, 32),))
    (plain,) = program("\n".join(line for line in FRAME.splitlines() if ".cfi" not in line)).blocks
    assert spans(plain) == [(0, 10)]
    assert windows(plain)[0].fixed == frozenset()


def test_unwind_directives_that_nobody_reads_forbid_windows() -> None:
    (block,) = program(".cfi_startproc\n nop\n .cfi_escape 0x0f, 0x03\n nop\n ret\n.cfi_endproc").blocks
    assert windows(block) == ()
    assert spans(block, WindowOptions(move_frames=True)) == [(0, 1), (1, 2)]


def test_other_anchors_and_numbers_of_registers() -> None:
    text = ".cfi_startproc\n mov x9, x1\n .cfi_def_cfa 9, 0\n str d8, [x9]\n .cfi_offset 72, -8\n add x1, x9, #1\n ret\n.cfi_endproc"
    (block,) = program(text).blocks
    assert block.frame is not None and block.frame.saved == {"v8"} and "x9" in block.frame.anchors
    assert spans(block) == [(2, 3)]


def test_the_stack_is_dead_at_returns_to_callers_elsewhere() -> None:
    def dead(text: str, block: int = 0) -> list[bool]:
        found = program(text).blocks[block]
        return [dead_stack_at(found, position) for position in range(len(found.items) + 1)]

    assert dead(".globl f\nf: nop\n ret") == [False, True, False]
    assert dead(" nop\n ret") == [False, True, False]
    assert dead(" nop\n b g") == [False, False, False]
    assert dead(" nop\n ret x5") == [False, False, False]
    assert dead("f: bl h\n ret\nh: nop\n ret", 2) == [False, False, False]
