/* ChaCha20 (RFC 8439). */
#include <stdint.h>

static inline uint32_t rotl32(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

void chacha_quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = rotl32(*d ^ *a, 16);
    *c += *d;
    *b = rotl32(*b ^ *c, 12);
    *a += *b;
    *d = rotl32(*d ^ *a, 8);
    *c += *d;
    *b = rotl32(*b ^ *c, 7);
}

#define QUARTER(a, b, c, d)                                                                                            \
    x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 16);                                                                      \
    x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 12);                                                                      \
    x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 8);                                                                       \
    x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 7)

void chacha_double_round(uint32_t x[16])
{
    QUARTER(0, 4, 8, 12);
    QUARTER(1, 5, 9, 13);
    QUARTER(2, 6, 10, 14);
    QUARTER(3, 7, 11, 15);
    QUARTER(0, 5, 10, 15);
    QUARTER(1, 6, 11, 12);
    QUARTER(2, 7, 8, 13);
    QUARTER(3, 4, 9, 14);
}

void chacha20_block(const uint32_t state[16], uint8_t out[64])
{
    uint32_t x[16];

    for (int i = 0; i < 16; i++)
        x[i] = state[i];
    for (int i = 0; i < 10; i++)
        chacha_double_round(x);
    for (int i = 0; i < 16; i++) {
        uint32_t word = x[i] + state[i];
        out[4 * i] = (uint8_t)word;
        out[4 * i + 1] = (uint8_t)(word >> 8);
        out[4 * i + 2] = (uint8_t)(word >> 16);
        out[4 * i + 3] = (uint8_t)(word >> 24);
    }
}
