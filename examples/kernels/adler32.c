/* Adler-32, step by step and with the reduction put off as zlib does. */
#include <stddef.h>
#include <stdint.h>

#define MODULUS 65521u
#define LONGEST_RUN 5552

uint32_t adler32_simple(const uint8_t *data, size_t size)
{
    uint32_t a = 1, b = 0;

    for (size_t i = 0; i < size; i++) {
        a = (a + data[i]) % MODULUS;
        b = (b + a) % MODULUS;
    }
    return b << 16 | a;
}

uint32_t adler32(uint32_t adler, const uint8_t *data, size_t size)
{
    uint32_t a = adler & 0xffff, b = adler >> 16;

    while (size > 0) {
        size_t run = size < LONGEST_RUN ? size : LONGEST_RUN;
        size -= run;
        for (; run >= 4; run -= 4, data += 4) {
            a += data[0];
            b += a;
            a += data[1];
            b += a;
            a += data[2];
            b += a;
            a += data[3];
            b += a;
        }
        for (; run > 0; run--) {
            a += *data++;
            b += a;
        }
        a %= MODULUS;
        b %= MODULUS;
    }
    return b << 16 | a;
}

uint32_t adler32_roll(uint32_t adler, uint32_t length, uint8_t out, uint8_t in)
{
    uint32_t a = adler & 0xffff, b = adler >> 16;

    a = (a + MODULUS - out + in) % MODULUS;
    b = (b + a + MODULUS - 1 + (MODULUS - length % MODULUS * out % MODULUS)) % MODULUS;
    return b << 16 | a;
}
