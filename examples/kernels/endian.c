/* Byte order: swaps, and loads and stores of a given order from unaligned buffers. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

uint16_t swap16(uint16_t x)
{
    return (uint16_t)(x << 8 | x >> 8);
}

uint32_t swap32(uint32_t x)
{
    return x << 24 | (x & 0xff00u) << 8 | (x >> 8 & 0xff00u) | x >> 24;
}

uint64_t swap64(uint64_t x)
{
    x = (x & 0x00ff00ff00ff00ffu) << 8 | (x >> 8 & 0x00ff00ff00ff00ffu);
    x = (x & 0x0000ffff0000ffffu) << 16 | (x >> 16 & 0x0000ffff0000ffffu);
    return x << 32 | x >> 32;
}

uint32_t load_be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t load_le64(const uint8_t *p)
{
    uint64_t value = 0;

    for (int i = 0; i < 8; i++)
        value |= (uint64_t)p[i] << (8 * i);
    return value;
}

void store_be64(uint8_t *p, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)(x >> (56 - 8 * i));
}

uint32_t load_le24(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

void swap_array32(uint32_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = swap32(values[i]);
}

uint32_t swap_halfwords(uint32_t x)
{
    return (x & 0x00ff00ffu) << 8 | (x >> 8 & 0x00ff00ffu);
}
