// The average by the carry is the average without it.
// live-out: x0
// expect: equivalent
src:
    adds x8, x0, x1
    cset x9, cs
    extr x0, x9, x8, #1
tgt:
    and x8, x0, x1
    eor x9, x0, x1
    add x0, x8, x9, lsr #1
