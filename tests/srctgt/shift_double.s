// A shift across two words.
// live-out: x0,x1
// expect: equivalent
src:
    lsl x8, x1, x2
    lsr x9, x0, #1
    mvn w10, w2
    lsr x9, x9, x10
    orr x1, x8, x9
    lsl x0, x0, x2
tgt:
    lsl x8, x1, x2
    eor x10, x2, #63
    lsr x9, x0, #1
    lsr x9, x9, x10
    add x1, x8, x9
    lsl x0, x0, x2
