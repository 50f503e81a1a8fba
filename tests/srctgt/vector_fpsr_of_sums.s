// Plain sums leave FPSR alone, whoever reads it afterwards.
// live-out: v0,fpsr
// expect: equivalent
src:
    add v0.4s, v1.4s, v2.4s
tgt:
    add v0.4s, v2.4s, v1.4s
