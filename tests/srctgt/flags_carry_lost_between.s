// A carry added by itself may overflow: its own carry is lost.
// live-out: x0,x1,x2,nzcv
// expect: different
// differs: v
src:
    adds x0, x0, x3
    adcs x1, x1, x4
    adcs x2, x2, x5
tgt:
    adds x0, x0, x3
    adcs x1, x1, x4
    cset x8, cs
    add x2, x2, x8
    adds x2, x2, x5
