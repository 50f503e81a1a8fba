/* Counting ones. */
#include <stddef.h>
#include <stdint.h>

unsigned popcount32(uint32_t x)
{
    x = x - ((x >> 1) & 0x55555555u);
    x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0fu;
    return (x * 0x01010101u) >> 24;
}

unsigned popcount64(uint64_t x)
{
    x = x - ((x >> 1) & 0x5555555555555555u);
    x = (x & 0x3333333333333333u) + ((x >> 2) & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    x += x >> 8;
    x += x >> 16;
    x += x >> 32;
    return (unsigned)x & 0x7f;
}

unsigned popcount_sparse(uint64_t x)
{
    unsigned count = 0;

    while (x != 0) {
        x &= x - 1;
        count++;
    }
    return count;
}

unsigned parity(uint32_t x)
{
    x ^= x >> 16;
    x ^= x >> 8;
    x ^= x >> 4;
    return (0x6996u >> (x & 15)) & 1;
}

unsigned hamming_distance(const uint64_t *a, const uint64_t *b, size_t words)
{
    unsigned distance = 0;

    for (size_t i = 0; i < words; i++)
        distance += popcount64(a[i] ^ b[i]);
    return distance;
}
