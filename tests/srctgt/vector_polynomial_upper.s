// pmull takes the lower halves, pmull2 the upper ones.
// live-out: v0
// expect: different
// differs: v0
src:
    pmull2 v0.1q, v1.2d, v2.2d
tgt:
    pmull v0.1q, v1.1d, v2.1d
