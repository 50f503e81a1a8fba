// A CRC of two bytes.
// live-out: w0
// expect: equivalent
src:
    crc32b w0, w0, w1
    lsr w8, w1, #8
    crc32b w0, w0, w8
tgt:
    crc32h w0, w0, w1
