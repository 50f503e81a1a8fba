// madd in place of mul and add.
// live-out: x0
// expect: equivalent
src:
    mul x3, x1, x2
    add x0, x0, x3
tgt:
    madd x0, x1, x2, x0
