// A bit moved by test and select, and by mask and shift.
// live-out: x0
// expect: equivalent
src:
    tst x1, #0x10
    mov x8, #0x100
    csel x0, x8, xzr, ne
tgt:
    and x8, x1, #0x10
    lsl x0, x8, #4
