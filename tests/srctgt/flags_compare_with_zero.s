// subs against cmp: the same flags.
// live-out: nzcv,x0
// expect: equivalent
src:
    sub x0, x1, x2
    cmp x1, x2
tgt:
    subs x0, x1, x2
