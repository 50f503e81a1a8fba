// Lanes of integers.
// live-out: v0
// expect: equivalent
src:
    add v0.4s, v1.4s, v2.4s
tgt:
    add v0.4s, v2.4s, v1.4s
