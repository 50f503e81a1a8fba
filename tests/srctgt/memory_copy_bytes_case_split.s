// A byte copy where they overlap by one, said explicitly.
// live-out: mem
// expect: equivalent
src:
    ldrb w2, [x0]
    strb w2, [x1]
    ldrb w2, [x0, #1]
    strb w2, [x1, #1]
tgt:
    ldrb w2, [x0]
    ldrb w3, [x0, #1]
    strb w2, [x1]
    sub x8, x1, x0
    cmp x8, #1
    csel w3, w2, w3, eq
    strb w3, [x1, #1]
