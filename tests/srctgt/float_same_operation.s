// Floating point is an uninterpreted function of its exact operands.
// live-out: d0
// expect: equivalent
src:
    fmov d3, d1
    fadd d0, d3, d2
tgt:
    fadd d0, d1, d2
