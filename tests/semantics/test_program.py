"""Cutting listings into functions, blocks and edges: small texts with known graphs, and what compilers write."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from support.compile import KERNELS, Compiler, compile_source, needs_cross_tools

from grammars.listing import Instruction as Statement
from grammars.listing import parse_listing, read_listing
from semantics.items import Opaque, exit_of
from semantics.liveness import live_sets
from semantics.program import Block, Program
from semantics.windows import windows


def program(text: str) -> Program:
    return Program.from_listing(parse_listing(text))


def leads(block: Block) -> set[tuple[str, int | None]]:
    return {(edge.kind, edge.target) for edge in block.successors}


def shape(text: str) -> list[set[tuple[str, int | None]]]:
    return [leads(block) for block in program(text).blocks]


def test_a_diamond() -> None:
    text = """
        .globl f
        .type f, %function
    f:  cbz x0, .La
        mov x0, #1
        b .Lb
    .La:
        mov x0, #2
    .Lb:
        ret
        .size f, .-f
    """
    assert shape(text) == [
        {("taken", 2), ("fall-through", 1)},
        {("taken", 3)},
        {("fall-through", 3)},
        {("return", None)},
    ]
    found = program(text)
    assert [len(block.items) for block in found.blocks] == [1, 2, 1, 1]
    assert {block.function.name for block in found.blocks} == {"f"}
    assert {edge.source for edge in found.blocks[3].predecessors} == {1, 2}
    assert found.block_at(".La").index == 2
    assert found.function("f").exported
    with pytest.raises(KeyError):
        found.function("g")


def test_local_labels_are_nearest_in_their_direction() -> None:
    text = "1: cbz x0, 1f\n cbz x1, 1b\n1: cbz x2, 1b\n1: ret"
    assert shape(text) == [
        {("taken", 2), ("fall-through", 1)},
        {("taken", 0), ("fall-through", 2)},
        {("taken", 2), ("fall-through", 3)},
        {("return", None)},
    ]


@pytest.mark.parametrize("hidden", ["MACRO x0", ".rept 2\nnop\n.endr", ".if X", "#ifdef X", ".frobnicate"])
def test_hidden_code_makes_local_labels_unknown(hidden: str) -> None:
    definition = ".macro MACRO r\n1: nop\n.endm\n" if hidden.startswith("MACRO") else ""
    blocks = program(f"{definition} b 1f\n nop\n{hidden}\n nop\n1: ret\n b 1b").blocks
    assert leads(blocks[0]) == {("unknown", None)}
    assert leads(blocks[1]) == {("unknown", None)}  # runs into what is hidden
    assert leads(blocks[2]) == {("fall-through", 3)}
    assert leads(blocks[4]) == {("taken", 3)}  # nothing hidden in between


def test_labels_under_conditions_and_repeated_labels_are_unknown() -> None:
    text = ".ifdef X\na: nop\n.else\na: nop\n.endif\n.ifdef Y\nc: nop\n.endif\n b a\n b c"
    blocks = program(text).blocks
    assert leads(blocks[-2]) == leads(blocks[-1]) == {("unknown", None)}


def test_calls_and_returns_in_the_listing() -> None:
    text = """
        .type f, %function
    f:  bl h
        bl elsewhere
        ret
        .size f, .-f
    h:  cbz x0, 1f
        ret
    1:  b other
    """
    assert shape(text) == [
        {("call", 3), ("call-return", 1)},
        {("call", None), ("call-return", 2)},
        {("return", None)},
        {("taken", 5), ("fall-through", 4)},
        {("return", None), ("return", 1)},
        {("tail-call", None), ("return", 1)},
    ]
    found = program(text)
    assert [block.function.name for block in found.blocks] == ["f", "f", "f", "h", "h", "h"]
    assert not found.function("h").exported


def test_a_global_callee_may_be_another_definition() -> None:
    found = program(".globl g\nf: bl g\n ret\ng: ret")
    assert leads(found.blocks[0]) == {("call", 2), ("call", None), ("call-return", 1)}
    tail = program(".globl g\n.globl f\nf: b g\ng: ret")
    assert leads(tail.blocks[0]) == {("tail-call", 1), ("tail-call", None)}


def test_a_loop_over_a_function_symbol_is_a_plain_branch() -> None:
    assert shape(".globl f\nf: subs x0, x0, #1\n b.ne f\n ret") == [
        {("taken", 0), ("fall-through", 1)},
        {("return", None)},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "f: nop",  # the end of the section
        "f: nop\n .word 1\n ret",
        "f: nop\n .ltorg\n ret",
        "f: bl g",
        "f: cbz x0, .Lmissing\n.p2align 4",
        "f: b . + 8\n nop\n ret",
        "f: b g + 4\n nop\ng: nop\n ret",
        "f: b 8\n nop\n ret",
        "f: br x0",
        "f: ret x5",
        "f: retaa\n ret",
        "f: nop\n .balign 8, 0xff\n ret",
        "f: b data\ndata: .word 1",
        ".set a, b + 4\nf: b a\nb: nop\n ret",
        ".tlsdesccall v\nf: blr x1\n ret",
        "f: nop\n .end\n ret",
    ],
)
def test_unknown_ways(text: str) -> None:
    assert ("unknown", None) in leads(program(text).blocks[0])


def test_aliases_of_labels_are_followed() -> None:
    assert shape(".set a, f\n.equ b, a\nf: b b") == [{("taken", 0)}]


def test_alignment_ends_a_block_and_control_passes() -> None:
    assert shape(" nop\n .p2align 4,,11\n nop\n ret") == [{("fall-through", 1)}, {("return", None)}]


def test_line_tables_and_attributes_do_not_cut() -> None:
    (block,) = program('.file 1 "a.c"\n nop\n .loc 1 2 3\n nop\n .hidden x\n ret').blocks
    assert len(block.items) == 3
    assert not block.barriers


def test_unwind_directives_are_barriers_within_a_block() -> None:
    (block,) = program(".cfi_startproc\n nop\n .cfi_def_cfa_offset 16\n nop\n ret\n.cfi_endproc").blocks
    assert block.barriers == {1}
    assert block.frame is not None and block.frame.anchors == {"sp", "x29"} and block.frame.clear


def test_code_goes_on_after_a_section_with_a_table() -> None:
    text = """
        .text
        .type f, %function
    f:  adrp x1, .Ltable
        br x1
    .Lbase:
        .section .rodata
    .Ltable:
        .byte (.La - .Lbase) / 4
        .byte (.Lc - .Lbase) / 4
        .text
    .La: nop
        .p2align 2
    .Lc: ret
    """
    found = program(text)
    assert leads(found.blocks[0]) == {("indirect", 1), ("indirect", 2), ("tail-call", None)}
    assert leads(found.blocks[1]) == {("fall-through", 2)}
    assert all(block.function.name == "f" and block.frozen is None for block in found.blocks)
    assert found.block_at(".Lbase").index == 1
    assert all(block.exposed for block in found.blocks)


def test_sections_are_not_joined_in_doubt() -> None:
    text = '.section .text.a,"ax"\n nop\n .data\n.section .text.a,"axG",@progbits,g,comdat\n ret'
    assert shape(text) == [{("unknown", None)}, {("return", None)}]
    hidden = ".macro MACRO\n.endm\n nop\n .section .x\n MACRO\n .text\n ret"
    assert shape(hidden)[0] == {("unknown", None)}
    assert shape(hidden.replace("\n MACRO\n", "\n"))[0] == {("fall-through", 1)}
    assert shape(" nop\n .pushsection .rodata\n .word 1\n .popsection\n ret") == [{("fall-through", 1)}, {("return", None)}]
    assert shape(" nop\n .data\n .previous\n ret") == [{("fall-through", 1)}, {("return", None)}]
    assert shape(" nop\n .popsection\n ret")[0] == {("unknown", None)}


def test_loose_labels_may_follow_returns_and_computed_calls() -> None:
    text = "f: adr x30, 1f\n b h\n1: blr x1\n ret\nh: ret"
    found = program(text)
    assert ("indirect", 1) in leads(found.block_at("h"))
    assert ("call", 1) in leads(found.block_at("1"))


def test_handlers_of_exceptions() -> None:
    text = """
        .type f, %function
    f:  .cfi_startproc
        .cfi_lsda 28, .Ltab
    .Lb: bl g
    .Le: ret
    .Lp: nop
        ret
        .cfi_endproc
        .section .gcc_except_table,"a",@progbits
    .Ltab: .uleb128 .Lb-f
        .uleb128 .Le-.Lb
        .uleb128 .Lp-f
    """
    found = program(text)
    assert ("unwind", found.block_at(".Lp").index) in leads(found.block_at(".Lb"))
    assert all(block.frozen is None for block in found.blocks)


@pytest.mark.parametrize(
    ("text", "frozen"),
    [
        ("f: nop\n ret", False),
        ("f: b . + 8\n nop\n ret", True),
        ("f: b 8\n nop\n ret", True),
        ("f: adr x0, f + 4\n ret", True),
        ("f: adr x0, f\n ret", False),
        ("f: adr x0, t + 4\n ret\nt: .word 1, 2", False),
        ("f: nop\n ret\n .org 64", True),
        ("f: nop\n ret\n .space 64 - (. - f)", True),
        ("f: nop\n ret\n .size f, . - f", False),
        ("f: nop\n1: ret\n .data\n .xword 1b, f", False),
        ("f: nop\n1: ret\n .data\n .xword 1b + 4", True),
        ("f: nop\n1: ret\n .data\n .byte (1b - f) / 4, (1b - f) >> 2", False),
        ("f: nop\n1: ret\n .data\n .byte (1b - f) * 2", True),
        ('f: nop\n1: ret\n .section __ex_table,"a"\n .long 1b - .', True),
        ('.globl f\nf: nop\n1: ret\n .section mine,"aw"\n .xword f', False),
        ("f: nop\n1: ret\n .section .debug_loc\n .8byte 1b - 1", False),
        ('#include "x.h"\nf: nop\n ret', True),
        ("#define x0 x1\nf: nop\n ret", True),
        ("#define COUNT 3\nf: nop\n ret", False),
        (".set n, . - f\nf: nop\n ret", True),
        (".set here, .\nf: nop\n ret", False),
        (".macro m\n b f + 4\n.endm\nf: nop\n ret", True),
    ],
)
def test_references_by_distance_freeze(text: str, frozen: bool) -> None:
    assert {block.frozen is not None for block in program(text).blocks if block.labels} == {frozen}


def test_a_distance_freezes_its_own_section_only() -> None:
    found = program(".section .text.a\na: b . + 8\n ret\n.section .text.b\nb: ret")
    assert found.block_at("a").frozen is not None
    assert found.block_at("b").frozen is None


def test_opaque_items_say_why() -> None:
    (block,) = program(" nop\n svc #0\n adrp x0, :tlsdesc:v\n hint #25\n frob x0\n ret").blocks
    reasons = [item.reason for item in block.opaque]
    assert len(reasons) == 4 and all(reasons)
    assert "linker" in reasons[1]
    signing = block.opaque[2].effects
    assert signing is not None and signing.writes == {"x30"}


def test_symbols_of_a_c_preprocessor_are_unknown() -> None:
    assert shape("#define TARGET f\nf: nop\n b TARGET")[0] == {("unknown", None)}
    assert shape("#define TARGET f\nf: b OTHER")[0] == {("unknown", None)}
    assert shape("f: b OTHER")[0] == {("tail-call", None)}


def test_an_empty_listing() -> None:
    assert program("").blocks == ()
    assert program("// nothing\n.data\n.word 1\n").functions == ()


def test_several_names_of_one_function() -> None:
    found = program(".globl g\nf:\ng: ret\nh: bl f\n ret")
    (function,) = [function for function in found.functions if function.name == "f"]
    assert function.exported and function.preemptible
    assert [function.index for function in found.functions] == list(range(len(found.functions)))


def check_sane(found: Program) -> None:
    """Every instruction in exactly one block, edges in both directions, control only at the ends."""
    statements = [index for block in found.blocks for index in block.statements]
    wanted = [index for index, statement in enumerate(found.listing.statements) if isinstance(statement, Statement)]
    assert sorted(statements) == wanted
    for number, block in enumerate(found.blocks):
        assert block.index == number and block.items and len(block.items) == len(block.statements)
        assert found.functions[block.function.index] is block.function
        assert block.successors
        assert all(edge.source == number for edge in block.successors)
        assert all(edge.target == number and edge in found.blocks[edge.source].successors for edge in block.predecessors)
        for edge in block.successors:
            assert edge.target is None or edge in found.blocks[edge.target].predecessors
        assert all(isinstance(item, Opaque) or exit_of(item) is None for item in block.items[:-1])


@needs_cross_tools
@pytest.mark.parametrize("name", ["sorting", "utf8", "string_scan", "base64"])
@pytest.mark.parametrize(("compiler", "level"), [("gcc", "-O0"), ("gcc", "-O2"), ("clang", "-O1")])
def test_compiled_kernels(name: str, compiler: Compiler, level: str, tmp_path: Path) -> None:
    source = KERNELS / f"{name}.c"
    if not source.exists():
        pytest.skip(f"no kernel {name}")
    found = Program.from_listing(read_listing(compile_source(source, tmp_path / "k.s", compiler=compiler, level=level)))
    check_sane(found)
    assert not [block.index for block in found.blocks if block.frozen is not None]
    assert all(edge.kind != "unknown" for block in found.blocks for edge in block.successors)
    assert all(block.function.name is not None for block in found.blocks)


PIECES = """
.globl f | .type f, %function | f: | g: | 1: | 2: | .La: | b 1f | b 1b | b .La | b.eq g | cbz x0, 2f | bl f | bl g | bl h | blr x1
br x2 | ret | ret x3 | nop | svc #0 | .word 1b, .La | .byte (.La - f) / 4 | .text | .data | .section .rodata | .previous
.popsection | .pushsection .x | .cfi_startproc | .cfi_endproc | .cfi_lsda 0, .La | .cfi_offset 19, -8 | .cfi_def_cfa x9, 0
.p2align 2 | .size f, . - f | .set h, f | .set k, k | .section .gcc_except_table | .if X | .else | .endif | .rept 2\\nnop\\n.endr
M x0 | adr x0, .La | adr x1, f + 4 | .org 8 | .tlsdesccall v | b . | .end | .macro M r\\nb 1b\\n.endm | .subsection 1 | .weak g
h = g + 4 | b h | .set .La, . | b k | ldr x0, =f | .subsection x y | .type | .size | .cfi_offset
"""


@pytest.mark.parametrize("seed", range(60))
def test_any_listing_makes_a_sane_program(seed: int) -> None:
    rng = Random(seed)
    pieces = [piece.strip().replace("\\n", "\n") for line in PIECES.strip().splitlines() for piece in line.split("|")]
    found = program("\n".join(rng.choices(pieces, k=rng.randrange(1, 120))))
    check_sane(found)
    liveness = live_sets(found)
    for block in found.blocks:
        assert liveness.entries[block.index] <= liveness.everything
        for window in windows(block):
            assert window.instructions and len(window.instructions) == len(window.statements) == window.stop - window.start
            assert all(exit_of(instruction) is None for instruction in window.instructions)


SWITCH = """
int sw(int a, int b) {
    switch (a) {
    case 0: return b + 1;   case 1: return b * 3;  case 2: return b - 9; case 3: return b ^ 77;
    case 4: return b % 17;  case 5: return b << 4; case 6: return b / 7; case 7: return b | 5; case 8: return b * b;
    }
    return 0;
}
int go(unsigned char *p) {
    static void *const t[] = {&&a, &&b, &&c};
    int r = 0;
    goto *t[*p++];
a:  r++;    goto *t[*p++];
b:  r *= 3; goto *t[*p++];
c:  return r;
}
"""


@needs_cross_tools
@pytest.mark.parametrize(("compiler", "level"), [("gcc", "-O0"), ("gcc", "-O2"), ("clang", "-O0"), ("clang", "-O2")])
def test_compiled_tables_of_labels(compiler: Compiler, level: str, tmp_path: Path) -> None:
    source = tmp_path / "switch.c"
    source.write_text(SWITCH)
    found = Program.from_listing(read_listing(compile_source(source, tmp_path / "k.s", compiler=compiler, level=level)))
    check_sane(found)
    jumps = [block for block in found.blocks if any(edge.kind == "indirect" for edge in block.successors)]
    assert jumps
    assert all(block.frozen is None for block in found.blocks)
    for block in jumps:
        inside = {found.blocks[edge.target].function for edge in block.successors if edge.target is not None}
        assert block.function in inside and ("unknown", None) not in leads(block)
