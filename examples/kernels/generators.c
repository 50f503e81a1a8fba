/* Generators of pseudo-random numbers. */
#include <stdint.h>

uint32_t xorshift32(uint32_t *state)
{
    uint32_t x = *state;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint32_t pcg32(uint64_t *state)
{
    uint64_t old = *state;
    uint32_t shifted = (uint32_t)((old >> 18 ^ old) >> 27);
    uint32_t rotation = (uint32_t)(old >> 59);

    *state = old * 6364136223846793005u + 1442695040888963407u;
    return shifted >> rotation | shifted << ((0u - rotation) & 31);
}

static inline uint64_t rotl64(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t xoshiro256ss(uint64_t s[4])
{
    uint64_t result = rotl64(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl64(s[3], 45);
    return result;
}

uint32_t lfsr16_step(uint32_t lfsr)
{
    uint32_t bit = (lfsr ^ lfsr >> 2 ^ lfsr >> 3 ^ lfsr >> 5) & 1;
    return lfsr >> 1 | bit << 15;
}

uint32_t bounded(uint32_t random, uint32_t limit)
{
    return (uint32_t)((uint64_t)random * limit >> 32);
}
