/* Reversal of bits, bytes and table indices (FFT order). */
#include <stddef.h>
#include <stdint.h>

uint8_t reverse8(uint8_t b)
{
    b = (uint8_t)((b & 0xf0) >> 4 | (b & 0x0f) << 4);
    b = (uint8_t)((b & 0xcc) >> 2 | (b & 0x33) << 2);
    b = (uint8_t)((b & 0xaa) >> 1 | (b & 0x55) << 1);
    return b;
}

uint32_t reverse32(uint32_t x)
{
    x = (x & 0x55555555u) << 1 | (x >> 1 & 0x55555555u);
    x = (x & 0x33333333u) << 2 | (x >> 2 & 0x33333333u);
    x = (x & 0x0f0f0f0fu) << 4 | (x >> 4 & 0x0f0f0f0fu);
    x = x << 24 | (x & 0xff00u) << 8 | (x >> 8 & 0xff00u) | x >> 24;
    return x;
}

uint64_t reverse64(uint64_t x)
{
    return (uint64_t)reverse32((uint32_t)x) << 32 | reverse32((uint32_t)(x >> 32));
}

uint32_t reverse_low(uint32_t x, unsigned bits)
{
    uint32_t result = 0;

    while (bits-- > 0) {
        result = result << 1 | (x & 1);
        x >>= 1;
    }
    return result;
}

void bit_reverse_permute(int32_t *data, unsigned log2_size)
{
    uint32_t size = 1u << log2_size;

    for (uint32_t i = 0; i < size; i++) {
        uint32_t j = reverse_low(i, log2_size);
        if (i < j) {
            int32_t kept = data[i];
            data[i] = data[j];
            data[j] = kept;
        }
    }
}
