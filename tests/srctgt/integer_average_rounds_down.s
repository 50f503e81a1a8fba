// (x + y) / 2 without overflow is not the plain sum shifted: the carry is lost.
// live-out: x0
// expect: different
// differs: x0
src:
    and x2, x0, x1
    eor x3, x0, x1
    add x0, x2, x3, lsr #1
tgt:
    add x0, x0, x1
    lsr x0, x0, #1
