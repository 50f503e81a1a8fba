// A label that nobody jumps to makes no difference.
// live-out: x0
// expect: equivalent
src:
    add x0, x0, #1
inside:
    add x0, x0, #1
tgt:
    add x0, x0, #2
