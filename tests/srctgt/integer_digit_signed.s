// A range check wants an unsigned comparison.
// live-out: w0
// expect: different
// differs: x0
src:
    cmp w0, #48
    mov w8, #57
    ccmp w0, w8, #0, hs
    cset w8, ls
    cmp w0, #48
    csel w0, w8, wzr, hs
tgt:
    sub w8, w0, #48
    cmp w8, #10
    cset w0, lt
