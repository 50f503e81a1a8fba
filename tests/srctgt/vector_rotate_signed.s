// By ssra it is none.
// live-out: v0
// expect: different
// differs: v0
src:
    ushr v3.4s, v1.4s, #7
    shl v0.4s, v1.4s, #25
    orr v0.16b, v0.16b, v3.16b
tgt:
    shl v3.4s, v1.4s, #25
    ssra v3.4s, v1.4s, #7
    mov v0.16b, v3.16b
