// Where the low half is live alone, it does not matter.
// live-out: d0
// expect: equivalent
src:
    eor v0.8b, v1.8b, v2.8b
tgt:
    eor v0.16b, v1.16b, v2.16b
