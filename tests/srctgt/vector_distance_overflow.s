// A saturating difference is not a distance.
// live-out: v0
// expect: different
// differs: v0
src:
    smax v3.4s, v1.4s, v2.4s
    smin v4.4s, v1.4s, v2.4s
    sub v0.4s, v3.4s, v4.4s
tgt:
    sqsub v3.4s, v1.4s, v2.4s
    abs v0.4s, v3.4s
