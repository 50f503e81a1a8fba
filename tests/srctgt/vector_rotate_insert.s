// A rotation by shift and insert.
// live-out: v0
// expect: equivalent
src:
    ushr v3.4s, v1.4s, #7
    shl v0.4s, v1.4s, #25
    orr v0.16b, v0.16b, v3.16b
tgt:
    ushr v3.4s, v1.4s, #7
    sli v3.4s, v1.4s, #25
    mov v0.16b, v3.16b
