// A way out is missing.
// live-out: x0
// expect: different
// differs: way out
src:
    cbz x0, away
    add x0, x0, #1
tgt:
    add x0, x0, #1
