// Carry-less products commute; VEX has a helper for them, the row is our own.
// live-out: v0
// expect: equivalent
src:
    pmull v0.8h, v1.8b, v2.8b
tgt:
    pmull v0.8h, v2.8b, v1.8b
