// nv is always, as al is.
// live-out: x0
// expect: equivalent
src:
    csel x0, x1, x2, al
tgt:
    csel x0, x1, x2, nv
