// Carries stop at the lanes.
// live-out: v0
// expect: different
// differs: v0
src:
    add v0.4s, v1.4s, v2.4s
tgt:
    add v0.2d, v1.2d, v2.2d
