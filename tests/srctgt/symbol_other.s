// Different symbols may lie at different places.
// live-out: x0
// expect: different
// differs: x0
src:
    adrp x0, table
tgt:
    adrp x0, other
