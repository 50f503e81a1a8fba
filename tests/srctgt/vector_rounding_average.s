// The rounding average of bytes, widened and narrowed again.
// live-out: v0
// expect: equivalent
src:
    uaddl v3.8h, v1.8b, v2.8b
    rshrn v0.8b, v3.8h, #1
tgt:
    urhadd v0.8b, v1.8b, v2.8b
