// ~x - y is ~(x + y), not ~(x - y).
// live-out: x0
// expect: different
// differs: x0
src:
    mvn x8, x0
    sub x0, x8, x1
tgt:
    sub x8, x0, x1
    mvn x0, x8
