/* SipHash-2-4 (Aumasson, Bernstein 2012). */
#include <stddef.h>
#include <stdint.h>

#define ROTATE(x, b) ((x) << (b) | (x) >> (64 - (b)))

void siphash_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = ROTATE(v[1], 13);
    v[1] ^= v[0];
    v[0] = ROTATE(v[0], 32);
    v[2] += v[3];
    v[3] = ROTATE(v[3], 16);
    v[3] ^= v[2];
    v[0] += v[3];
    v[3] = ROTATE(v[3], 21);
    v[3] ^= v[0];
    v[2] += v[1];
    v[1] = ROTATE(v[1], 17);
    v[1] ^= v[2];
    v[2] = ROTATE(v[2], 32);
}

static uint64_t load64(const uint8_t *p)
{
    uint64_t value = 0;

    for (int i = 7; i >= 0; i--)
        value = value << 8 | p[i];
    return value;
}

uint64_t siphash24(const uint8_t key[16], const uint8_t *data, size_t size)
{
    uint64_t k0 = load64(key), k1 = load64(key + 8), m;
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du, k0 ^ 0x6c7967656e657261u,
                     k1 ^ 0x7465646279746573u};
    size_t i;

    for (i = 0; i + 8 <= size; i += 8) {
        m = load64(data + i);
        v[3] ^= m;
        siphash_round(v);
        siphash_round(v);
        v[0] ^= m;
    }
    m = (uint64_t)size << 56;
    for (size_t j = 0; i + j < size; j++)
        m |= (uint64_t)data[i + j] << (8 * j);
    v[3] ^= m;
    siphash_round(v);
    siphash_round(v);
    v[0] ^= m;
    v[2] ^= 0xff;
    for (int round = 0; round < 4; round++)
        siphash_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
