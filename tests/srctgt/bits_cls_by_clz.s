// cls by clz.
// live-out: x0
// expect: equivalent
src:
    cls x0, x1
tgt:
    eor x8, x1, x1, lsl #1
    orr x8, x8, #1
    clz x0, x8
