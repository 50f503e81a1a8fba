// One bit of ccmp's flags.
// live-out: nzcv
// expect: different
// differs: c
src:
    cmp x0, #0
    ccmp x1, #3, #8, eq
tgt:
    cmp x0, #0
    ccmp x1, #3, #10, eq
