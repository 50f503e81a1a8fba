// And not back: that reads more.
// live-out: x0
// expect: different
// differs: read of a byte that the original does not read there
src:
    ldr x0, [x1, #1]
tgt:
    ldp x2, x3, [x1]
    extr x0, x3, x2, #8
