// The correction may be added or subtracted.
// live-out: w0
// expect: equivalent
src:
    movz w8, #0xa
    sdiv w0, w1, w8
tgt:
    movz w8, #0x6667
    movk w8, #0x6666, lsl #16
    smull x8, w1, w8
    asr x8, x8, #34
    add w0, w8, w1, lsr #31
