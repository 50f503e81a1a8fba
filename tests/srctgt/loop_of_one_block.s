// What the next round needs is live at the end of a round, though not at the end of the loop.
// live-out: x0
// expect: unknown
src:
again:
    add x0, x0, x1
    sub x1, x1, #1
    cbnz x1, again
tgt:
again:
    add x0, x0, x1
    sub x2, x1, #1
    cbnz x2, again
