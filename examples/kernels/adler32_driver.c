#include "driver.h"

uint32_t adler32_simple(const uint8_t *data, size_t size);
uint32_t adler32(uint32_t adler, const uint8_t *data, size_t size);
uint32_t adler32_roll(uint32_t adler, uint32_t length, uint8_t out, uint8_t in);

int main(void)
{
    static uint8_t buffer[12000];
    uint64_t sums[2] = {0, 0};

    fill(buffer, sizeof buffer);
    for (size_t size = 0; size <= sizeof buffer; size += size < 40 ? 1 : 299) {
        fold(&sums[0], adler32_simple(buffer, size));
        fold(&sums[1], adler32(1, buffer, size));
    }
    report("adler32_simple", sums[0]);
    report("adler32", sums[1]);
    REPORT_MIXED("adler32_roll", adler32_roll((uint32_t)(a % 65521 << 16 | b % 65521), c & 0xfff, (uint8_t)a, (uint8_t)b));
    printf("check adler32 %08x %08x\n", (unsigned)adler32_simple((const uint8_t *)"Wikipedia", 9),
           (unsigned)adler32(1, (const uint8_t *)"Wikipedia", 9));
    return 0;
}
