/* Morton (Z-order) codes for textures and spatial indices. */
#include <stdint.h>

static uint32_t spread_by_1(uint32_t x)
{
    x &= 0x0000ffffu;
    x = (x | x << 8) & 0x00ff00ffu;
    x = (x | x << 4) & 0x0f0f0f0fu;
    x = (x | x << 2) & 0x33333333u;
    x = (x | x << 1) & 0x55555555u;
    return x;
}

static uint32_t gather_by_1(uint32_t x)
{
    x &= 0x55555555u;
    x = (x | x >> 1) & 0x33333333u;
    x = (x | x >> 2) & 0x0f0f0f0fu;
    x = (x | x >> 4) & 0x00ff00ffu;
    x = (x | x >> 8) & 0x0000ffffu;
    return x;
}

static uint64_t spread_by_2(uint64_t x)
{
    x &= 0x1fffffu;
    x = (x | x << 32) & 0x001f00000000ffffu;
    x = (x | x << 16) & 0x001f0000ff0000ffu;
    x = (x | x << 8) & 0x100f00f00f00f00fu;
    x = (x | x << 4) & 0x10c30c30c30c30c3u;
    x = (x | x << 2) & 0x1249249249249249u;
    return x;
}

uint32_t morton_encode(uint16_t x, uint16_t y)
{
    return spread_by_1(x) | spread_by_1(y) << 1;
}

void morton_decode(uint32_t code, uint16_t *x, uint16_t *y)
{
    *x = (uint16_t)gather_by_1(code);
    *y = (uint16_t)gather_by_1(code >> 1);
}

uint64_t morton_encode3(uint32_t x, uint32_t y, uint32_t z)
{
    return spread_by_2(x) | spread_by_2(y) << 1 | spread_by_2(z) << 2;
}

uint32_t morton_add(uint32_t a, uint32_t b)
{
    uint32_t x = ((a | 0xaaaaaaaau) + (b & 0x55555555u)) & 0x55555555u;
    uint32_t y = ((a | 0x55555555u) + (b & 0xaaaaaaaau)) & 0xaaaaaaaau;
    return x | y;
}
