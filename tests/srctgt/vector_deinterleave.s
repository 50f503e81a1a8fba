// ld2 is two loads and two unzips.
// live-out: v0,v1
// expect: equivalent
src:
    ld2 {v0.4s, v1.4s}, [x0]
tgt:
    ldp q3, q4, [x0]
    uzp1 v0.4s, v3.4s, v4.4s
    uzp2 v1.4s, v3.4s, v4.4s
