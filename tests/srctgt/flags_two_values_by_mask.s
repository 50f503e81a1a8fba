// Two values that differ in one bit are tested at once.
// live-out: w0
// expect: equivalent
src:
    cmp w0, #3
    cset w8, eq
    cmp w0, #7
    cset w9, eq
    orr w0, w8, w9
tgt:
    and w8, w0, #0xfffffffb
    cmp w8, #3
    cset w0, eq
