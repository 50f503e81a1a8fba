// The upper half by its own instruction, without moving it down.
// live-out: v0
// expect: equivalent
src:
    ext v1.16b, v1.16b, v1.16b, #8
    ext v2.16b, v2.16b, v2.16b, #8
    umull v0.2d, v1.2s, v2.2s
tgt:
    umull2 v0.2d, v1.4s, v2.4s
