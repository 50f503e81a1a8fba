// xtn and xtn2 together take every other lane.
// live-out: v0
// expect: equivalent
src:
    xtn v0.4h, v1.4s
    xtn2 v0.8h, v2.4s
tgt:
    uzp1 v0.8h, v1.8h, v2.8h
