// lt is true of unordered numbers, mi is not.
// live-out: d0
// expect: different
// differs: v0
src:
    fcmp d1, d2
    fcsel d0, d3, d4, mi
tgt:
    fcmp d1, d2
    fcsel d0, d3, d4, lt
