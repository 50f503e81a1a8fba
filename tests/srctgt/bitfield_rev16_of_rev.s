// rev16 is a rotated rev.
// live-out: w0
// expect: equivalent
src:
    lsr w8, w1, #8
    and w8, w8, #0x00ff00ff
    and w9, w1, #0x00ff00ff
    orr w0, w8, w9, lsl #8
tgt:
    rev w8, w1
    ror w0, w8, #16
