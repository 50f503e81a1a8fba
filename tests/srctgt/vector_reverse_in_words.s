// Words exchanged back after all bytes were reversed.
// live-out: v0
// expect: equivalent
src:
    rev64 v3.16b, v1.16b
    rev64 v0.4s, v3.4s
tgt:
    rev32 v0.16b, v1.16b
