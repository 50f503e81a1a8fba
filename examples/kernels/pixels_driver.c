#include "driver.h"

uint16_t pack_rgb565(uint8_t r, uint8_t g, uint8_t b);
uint32_t unpack_rgb565(uint16_t pixel);
uint8_t luminance(uint8_t r, uint8_t g, uint8_t b);
uint8_t multiply_unorm8(uint8_t a, uint8_t b);
uint32_t blend_half(uint32_t a, uint32_t b);
uint32_t blend_alpha(uint32_t over, uint32_t under, uint32_t alpha);
uint32_t add_saturating_bytes(uint32_t a, uint32_t b);
void grey_row(const uint8_t *rgb, uint8_t *grey, size_t pixels);

int main(void)
{
    uint8_t rgb[90], grey[30];
    uint64_t sum = 0;

    REPORT_MIXED("pack_rgb565", pack_rgb565((uint8_t)a, (uint8_t)b, (uint8_t)c));
    REPORT_MIXED("unpack_rgb565", unpack_rgb565((uint16_t)a));
    REPORT_MIXED("luminance", luminance((uint8_t)a, (uint8_t)b, (uint8_t)c));
    REPORT_MIXED("multiply_unorm8", multiply_unorm8((uint8_t)a, (uint8_t)b));
    REPORT_MIXED("blend_half", blend_half((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("blend_alpha", blend_alpha((uint32_t)a, (uint32_t)b, c & 255));
    REPORT_MIXED("add_saturating_bytes", add_saturating_bytes((uint32_t)a, (uint32_t)b));
    for (size_t pixels = 0; pixels <= 30; pixels++) {
        fill(rgb, sizeof rgb);
        fill(grey, sizeof grey);
        grey_row(rgb, grey, pixels);
        fold_bytes(&sum, grey, sizeof grey);
    }
    report("grey_row", sum);
    printf("check add_saturating_bytes %08x\n", (unsigned)add_saturating_bytes(0xff7f8001u, 0x01017f02u));
    return 0;
}
