// Sign extension of a byte by a bias.
// live-out: x0
// expect: equivalent
src:
    eor w8, w1, #0x80
    and w8, w8, #0xff
    sub x0, x8, #0x80
tgt:
    sxtb x0, w1
