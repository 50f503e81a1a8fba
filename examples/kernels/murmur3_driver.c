#include "driver.h"

uint32_t murmur3_mix32(uint32_t h);
uint64_t murmur3_mix64(uint64_t k);
uint32_t murmur3_32(const void *data, size_t size, uint32_t seed);

int main(void)
{
    unsigned char buffer[80];
    uint64_t sum = 0;

    REPORT_MIXED("murmur3_mix32", murmur3_mix32((uint32_t)a));
    REPORT_MIXED("murmur3_mix64", murmur3_mix64(a));
    for (size_t size = 0; size < sizeof buffer; size++) {
        fill(buffer, sizeof buffer);
        fold(&sum, murmur3_32(buffer, size, mixed32()));
        fold(&sum, murmur3_32(buffer + 1, size == 0 ? 0 : size - 1, 0));
    }
    report("murmur3_32", sum);
    printf("check murmur3_32 %08x\n", (unsigned)murmur3_32("Hello, world!", 13, 1234));
    return 0;
}
