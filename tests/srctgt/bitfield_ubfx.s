// Two shifts extract a field.
// live-out: x0
// expect: equivalent
src:
    lsl x0, x1, #40
    lsr x0, x0, #56
tgt:
    ubfx x0, x1, #16, #8
