/* Colours and pixels. */
#include <stddef.h>
#include <stdint.h>

uint16_t pack_rgb565(uint8_t r, uint8_t g, uint8_t b)
{
    return (uint16_t)((r >> 3) << 11 | (g >> 2) << 5 | b >> 3);
}

uint32_t unpack_rgb565(uint16_t pixel)
{
    uint32_t r = pixel >> 11, g = pixel >> 5 & 63, b = pixel & 31;

    r = r << 3 | r >> 2;
    g = g << 2 | g >> 4;
    b = b << 3 | b >> 2;
    return r << 16 | g << 8 | b;
}

uint8_t luminance(uint8_t r, uint8_t g, uint8_t b)
{
    return (uint8_t)((77 * r + 150 * g + 29 * b + 128) >> 8);
}

/* Two 8-bit numbers multiplied as fractions of 255, rounded exactly. */
uint8_t multiply_unorm8(uint8_t a, uint8_t b)
{
    uint32_t t = (uint32_t)a * b + 128;
    return (uint8_t)((t + (t >> 8)) >> 8);
}

uint32_t blend_half(uint32_t a, uint32_t b)
{
    return (a & b) + (((a ^ b) & 0xfefefefeu) >> 1);
}

uint32_t blend_alpha(uint32_t over, uint32_t under, uint32_t alpha)
{
    uint32_t rb = under & 0x00ff00ffu, g = under & 0x0000ff00u;

    rb += (((over & 0x00ff00ffu) - rb) * alpha) >> 8;
    g += (((over & 0x0000ff00u) - g) * alpha) >> 8;
    return (rb & 0x00ff00ffu) | (g & 0x0000ff00u);
}

uint32_t add_saturating_bytes(uint32_t a, uint32_t b)
{
    uint32_t low = (a & 0x7f7f7f7fu) + (b & 0x7f7f7f7fu);
    uint32_t sum = low ^ ((a ^ b) & 0x80808080u);
    uint32_t over = ((a & b) | ((a | b) & ~sum)) & 0x80808080u;
    return sum | ((over >> 7) * 0xffu);
}

void grey_row(const uint8_t *rgb, uint8_t *grey, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++, rgb += 3)
        grey[i] = luminance(rgb[0], rgb[1], rgb[2]);
}
