// The sum of two numbers by half adders.
// live-out: x0
// expect: equivalent
src:
    and x2, x0, x1
    eor x3, x0, x1
    add x0, x3, x2, lsl #1
tgt:
    add x0, x0, x1
