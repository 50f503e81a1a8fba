// A shift rounds down, division to zero.
// live-out: x0
// expect: different
// differs: x0
src:
    mov w8, #8
    sdiv x0, x1, x8
tgt:
    asr x0, x1, #3
