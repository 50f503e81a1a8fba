// A range check by one subtraction.
// live-out: w0
// expect: equivalent
src:
    sub w8, w0, #0x20
    cmp w8, #0x5e
    cset w0, ls
tgt:
    sub w8, w0, #32
    cmp w8, #95
    cset w0, lo
