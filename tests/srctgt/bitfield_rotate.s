// A rotation by two shifts.
// live-out: x0
// expect: equivalent
src:
    lsl x2, x1, #13
    lsr x3, x1, #51
    orr x0, x2, x3
tgt:
    ror x0, x1, #51
