// One block is judged at a time.
// live-out: x0
// expect: unsupported
src:
    cbz x0, away
    add x0, x0, #1
tgt:
    add x0, x0, #1
