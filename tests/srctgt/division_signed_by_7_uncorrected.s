// Without the correction for negative numbers.
// live-out: w0
// expect: different
// differs: x0
src:
    movz w8, #0x7
    sdiv w0, w1, w8
tgt:
    movz w8, #0x2493
    movk w8, #0x9249, lsl #16
    smull x8, w1, w8
    lsr x8, x8, #32
    add w8, w8, w1
    asr w8, w8, #2
    mov w0, w8
