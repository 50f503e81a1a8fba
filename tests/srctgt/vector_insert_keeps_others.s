// ins keeps the other elements, fmov clears them.
// live-out: v0
// expect: different
// differs: v0
src:
    ins v0.s[0], v1.s[0]
tgt:
    dup s0, v1.s[0]
