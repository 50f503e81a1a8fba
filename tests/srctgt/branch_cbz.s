// cbz against cmp and b.eq: the flags are not live.
// live-out: x0
// expect: equivalent
src:
    cmp x0, #0
    b.eq away
tgt:
    cbz x0, away
