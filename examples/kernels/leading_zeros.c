/* Leading and trailing zeros and logarithms without the instruction for it. */
#include <stdint.h>

unsigned leading_zeros32(uint32_t x)
{
    unsigned count = 0;

    if (x == 0)
        return 32;
    if (x <= 0x0000ffffu) {
        count += 16;
        x <<= 16;
    }
    if (x <= 0x00ffffffu) {
        count += 8;
        x <<= 8;
    }
    if (x <= 0x0fffffffu) {
        count += 4;
        x <<= 4;
    }
    if (x <= 0x3fffffffu) {
        count += 2;
        x <<= 2;
    }
    if (x <= 0x7fffffffu)
        count++;
    return count;
}

unsigned trailing_zeros32(uint32_t x)
{
    static const unsigned char position[32] = {0,  1,  28, 2,  29, 14, 24, 3, 30, 22, 20, 15, 25, 17, 4,  8,
                                               31, 27, 13, 23, 21, 19, 16, 7, 26, 12, 18, 6,  11, 5,  10, 9};

    return x == 0 ? 32 : position[((x & (0u - x)) * 0x077cb531u) >> 27];
}

unsigned log2_floor(uint64_t x)
{
    unsigned result = 0;

    while (x >>= 1)
        result++;
    return result;
}

unsigned log10_floor(uint32_t x)
{
    static const uint32_t powers[] = {10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};
    unsigned result = 0;

    while (result < 9 && x >= powers[result])
        result++;
    return result;
}

unsigned leading_sign_bits(int32_t x)
{
    uint32_t folded = (uint32_t)x ^ (uint32_t)(x < 0 ? -1 : 0);
    return leading_zeros32(folded) - 1;
}
