// Arithmetic and logical extraction differ in the sign.
// live-out: x0
// expect: different
// differs: x0
src:
    lsl x0, x1, #40
    asr x0, x0, #56
tgt:
    ubfx x0, x1, #16, #8
