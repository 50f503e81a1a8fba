// Which of the two sums saturated is the same here, but FPSR.QC is not modelled.
// live-out: v0,fpsr
// expect: unsupported
src:
    sqadd v0.4s, v1.4s, v2.4s
tgt:
    sqadd v0.4s, v2.4s, v1.4s
