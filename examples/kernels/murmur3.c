/* MurmurHash3: the 32-bit hash and both finalisers. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint32_t rotate_left(uint32_t x, unsigned amount)
{
    return x << amount | x >> (32 - amount);
}

uint32_t murmur3_mix32(uint32_t h)
{
    h ^= h >> 16;
    h *= 0x85ebca6bu;
    h ^= h >> 13;
    h *= 0xc2b2ae35u;
    h ^= h >> 16;
    return h;
}

uint64_t murmur3_mix64(uint64_t k)
{
    k ^= k >> 33;
    k *= 0xff51afd7ed558ccdu;
    k ^= k >> 33;
    k *= 0xc4ceb9fe1a85ec53u;
    k ^= k >> 33;
    return k;
}

uint32_t murmur3_32(const void *data, size_t size, uint32_t seed)
{
    const uint8_t *bytes = data;
    size_t blocks = size / 4;
    uint32_t hash = seed, k;

    for (size_t i = 0; i < blocks; i++) {
        memcpy(&k, bytes + 4 * i, 4);
        k *= 0xcc9e2d51u;
        k = rotate_left(k, 15);
        k *= 0x1b873593u;
        hash ^= k;
        hash = rotate_left(hash, 13);
        hash = hash * 5 + 0xe6546b64u;
    }
    k = 0;
    bytes += 4 * blocks;
    switch (size & 3) {
    case 3:
        k ^= (uint32_t)bytes[2] << 16;
        /* fall through */
    case 2:
        k ^= (uint32_t)bytes[1] << 8;
        /* fall through */
    case 1:
        k ^= bytes[0];
        k *= 0xcc9e2d51u;
        k = rotate_left(k, 15);
        k *= 0x1b873593u;
        hash ^= k;
    }
    return murmur3_mix32(hash ^ (uint32_t)size);
}
