// The label matters.
// live-out: x0
// expect: different
// differs: branch target
src:
    cbz x0, away
tgt:
    cbz x0, elsewhere
