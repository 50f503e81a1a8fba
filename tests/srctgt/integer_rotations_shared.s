// SHA-256's big sigma by rotations of operands.
// live-out: w0
// expect: equivalent
src:
    ror w8, w0, #2
    ror w9, w0, #13
    eor w8, w8, w9
    ror w9, w0, #22
    eor w0, w8, w9
tgt:
    eor w8, w0, w0, ror #11
    eor w8, w8, w0, ror #20
    ror w0, w8, #2
