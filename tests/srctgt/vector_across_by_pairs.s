// The sum of all lanes by pairs.
// live-out: v0
// expect: equivalent
src:
    addp v1.4s, v1.4s, v1.4s
    addp v1.4s, v1.4s, v1.4s
    dup s0, v1.s[0]
tgt:
    addv s0, v1.4s
