// shrn rounds down.
// live-out: v0
// expect: different
// differs: v0
src:
    uaddl v3.8h, v1.8b, v2.8b
    rshrn v0.8b, v3.8h, #1
tgt:
    uhadd v0.8b, v1.8b, v2.8b
