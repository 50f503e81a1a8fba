// System registers are left alone.
// live-out: x0
// expect: unsupported
src:
    mrs x0, tpidr_el0
tgt:
    mov x0, #0
