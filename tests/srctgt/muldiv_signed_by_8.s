// A signed division by 8 with a bias.
// live-out: x0
// expect: equivalent
src:
    mov w8, #8
    sdiv x0, x1, x8
tgt:
    asr x8, x1, #63
    add x8, x1, x8, lsr #61
    asr x0, x8, #3
