// Hacker's Delight's overflow of a sum is the V flag.
// live-out: w0
// expect: equivalent
src:
    add w8, w0, w1
    eor w9, w0, w8
    eor w10, w1, w8
    and w9, w9, w10
    lsr w0, w9, #31
tgt:
    adds w8, w0, w1
    cset w0, vs
