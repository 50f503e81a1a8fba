// One element loaded into every lane.
// live-out: v0,mem
// expect: equivalent
src:
    ldr s0, [x0]
    dup v0.4s, v0.s[0]
tgt:
    ld1r {v0.4s}, [x0]
