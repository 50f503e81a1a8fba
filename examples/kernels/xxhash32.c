/* xxHash32 (Collet), after its specification. */
#include <stddef.h>
#include <stdint.h>

#define PRIME1 0x9e3779b1u
#define PRIME2 0x85ebca77u
#define PRIME3 0xc2b2ae3du
#define PRIME4 0x27d4eb2fu
#define PRIME5 0x165667b1u

static inline uint32_t rotl(uint32_t x, int r)
{
    return x << r | x >> (32 - r);
}

static inline uint32_t read32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint32_t xxh32_round(uint32_t accumulator, uint32_t lane)
{
    accumulator += lane * PRIME2;
    accumulator = rotl(accumulator, 13);
    return accumulator * PRIME1;
}

uint32_t xxh32_avalanche(uint32_t h)
{
    h ^= h >> 15;
    h *= PRIME2;
    h ^= h >> 13;
    h *= PRIME3;
    h ^= h >> 16;
    return h;
}

uint32_t xxh32(const uint8_t *p, size_t size, uint32_t seed)
{
    const uint8_t *end = p + size;
    uint32_t h;

    if (size >= 16) {
        uint32_t a = seed + PRIME1 + PRIME2, b = seed + PRIME2, c = seed, d = seed - PRIME1;
        do {
            a = xxh32_round(a, read32(p));
            b = xxh32_round(b, read32(p + 4));
            c = xxh32_round(c, read32(p + 8));
            d = xxh32_round(d, read32(p + 12));
            p += 16;
        } while (end - p >= 16);
        h = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
    } else {
        h = seed + PRIME5;
    }
    h += (uint32_t)size;
    for (; end - p >= 4; p += 4)
        h = rotl(h + read32(p) * PRIME3, 17) * PRIME4;
    for (; p < end; p++)
        h = rotl(h + *p * PRIME5, 11) * PRIME1;
    return xxh32_avalanche(h);
}
