// bsl by exclusive or.
// live-out: v0
// expect: equivalent
src:
    and v3.16b, v1.16b, v0.16b
    bic v4.16b, v2.16b, v0.16b
    orr v0.16b, v3.16b, v4.16b
tgt:
    eor v3.16b, v1.16b, v2.16b
    and v3.16b, v3.16b, v0.16b
    eor v0.16b, v3.16b, v2.16b
