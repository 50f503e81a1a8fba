// The average by a sum loses the carry.
// live-out: x0
// expect: different
// differs: x0
src:
    and x8, x0, x1
    eor x9, x0, x1
    add x0, x8, x9, lsr #1
tgt:
    add x8, x0, x1
    lsr x0, x8, #1
