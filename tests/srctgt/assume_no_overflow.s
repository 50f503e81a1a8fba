// Where the sum of 32 bits does not overflow it may be taken in 64.
// live-out: x0
// assume: w1 < 0x40000000; w2 < 0x40000000; x1 >> 32 == 0; x2 >> 32 == 0
// expect: equivalent
src:
    add w0, w1, w2
tgt:
    add x0, x1, x2
