// 64 bits each: no solver would find it, the factors have an order of their own.
// live-out: v0
// expect: equivalent
src:
    pmull v0.1q, v1.1d, v2.1d
tgt:
    pmull v0.1q, v2.1d, v1.1d
