// cmn and lt take the sign of x + 1: wrong for -1 and where x + 1 overflows.
// live-out: x0
// expect: different
// differs: x0
src:
    asr x8, x0, #63
    eor x9, x0, x8
    sub x0, x9, x8
tgt:
    cmn x0, #1
    cneg x0, x0, lt
