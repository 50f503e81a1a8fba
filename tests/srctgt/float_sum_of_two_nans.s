// With two NaNs the first one's payload survives.
// live-out: d0
// expect: different
// differs: v0
src:
    fadd d0, d1, d2
tgt:
    fadd d0, d2, d1
