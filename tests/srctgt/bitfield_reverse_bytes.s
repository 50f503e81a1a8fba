// Reversing 16-bit halves and then exchanging them is rev of a word.
// live-out: w0
// expect: equivalent
src:
    rev16 w0, w1
    ror w0, w0, #16
tgt:
    rev w0, w1
