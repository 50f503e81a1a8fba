// A 64-bit vector result clears the upper half.
// live-out: v0
// expect: different
// differs: v0
src:
    eor v0.8b, v1.8b, v2.8b
tgt:
    eor v0.16b, v1.16b, v2.16b
