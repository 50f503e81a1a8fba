/* Gray code and its inverse. */
#include <stdint.h>

uint32_t binary_to_gray(uint32_t x)
{
    return x ^ (x >> 1);
}

uint32_t gray_to_binary(uint32_t x)
{
    x ^= x >> 16;
    x ^= x >> 8;
    x ^= x >> 4;
    x ^= x >> 2;
    x ^= x >> 1;
    return x;
}

uint64_t gray_to_binary_loop(uint64_t x)
{
    uint64_t result = 0;

    for (; x != 0; x >>= 1)
        result ^= x;
    return result;
}

uint32_t next_gray(uint32_t x)
{
    return binary_to_gray(gray_to_binary(x) + 1);
}
