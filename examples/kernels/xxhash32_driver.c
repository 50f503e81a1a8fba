#include "driver.h"

uint32_t xxh32_round(uint32_t accumulator, uint32_t lane);
uint32_t xxh32_avalanche(uint32_t h);
uint32_t xxh32(const uint8_t *p, size_t size, uint32_t seed);

int main(void)
{
    uint8_t buffer[90];
    uint64_t sum = 0;

    REPORT_MIXED("xxh32_round", xxh32_round((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("xxh32_avalanche", xxh32_avalanche((uint32_t)a));
    for (size_t size = 0; size <= sizeof buffer; size++) {
        fill(buffer, sizeof buffer);
        fold(&sum, xxh32(buffer, size, mixed32()));
    }
    report("xxh32", sum);
    printf("check xxh32 %08x\n", (unsigned)xxh32((const uint8_t *)"", 0, 0));
    return 0;
}
