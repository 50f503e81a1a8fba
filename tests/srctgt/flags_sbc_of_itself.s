// sbc of equal operands is the borrow alone.
// live-out: x0
// expect: equivalent
src:
    sbc x0, x1, x1
tgt:
    csetm x0, cc
