// What a system register holds is not known.
// live-out: x0
// expect: unknown
src:
    mrs x0, tpidr_el0
tgt:
    mov x0, #0
