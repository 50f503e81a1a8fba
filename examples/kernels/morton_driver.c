#include "driver.h"

uint32_t morton_encode(uint16_t x, uint16_t y);
void morton_decode(uint32_t code, uint16_t *x, uint16_t *y);
uint64_t morton_encode3(uint32_t x, uint32_t y, uint32_t z);
uint32_t morton_add(uint32_t a, uint32_t b);

int main(void)
{
    uint64_t sum = 0;

    REPORT_MIXED("morton_encode", morton_encode((uint16_t)a, (uint16_t)b));
    REPORT_MIXED("morton_encode3", morton_encode3((uint32_t)a, (uint32_t)b, (uint32_t)c));
    REPORT_MIXED("morton_add", morton_add((uint32_t)a, (uint32_t)b));
    for (int round = 0; round < ROUNDS; round++) {
        uint16_t x, y;
        morton_decode(mixed32(), &x, &y);
        fold(&sum, x);
        fold(&sum, y);
    }
    report("morton_decode", sum);
    printf("check morton_encode %u\n", (unsigned)morton_encode(5, 9));
    return 0;
}
