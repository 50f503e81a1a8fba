#include "driver.h"

uint16_t swap16(uint16_t x);
uint32_t swap32(uint32_t x);
uint64_t swap64(uint64_t x);
uint32_t load_be32(const uint8_t *p);
uint64_t load_le64(const uint8_t *p);
void store_be64(uint8_t *p, uint64_t x);
uint32_t load_le24(const uint8_t *p);
void swap_array32(uint32_t *values, size_t count);
uint32_t swap_halfwords(uint32_t x);

int main(void)
{
    uint8_t buffer[32];
    uint32_t words[20];
    uint64_t sums[5] = {0, 0, 0, 0, 0};

    REPORT_MIXED("swap16", swap16((uint16_t)a));
    REPORT_MIXED("swap32", swap32((uint32_t)a));
    REPORT_MIXED("swap64", swap64(a));
    REPORT_MIXED("swap_halfwords", swap_halfwords((uint32_t)a));
    for (int round = 0; round < ROUNDS; round++) {
        const uint8_t *p = buffer + below(24);
        fill(buffer, sizeof buffer);
        fold(&sums[0], load_be32(p));
        fold(&sums[1], load_le64(p));
        fold(&sums[2], load_le24(p));
        store_be64(buffer + below(24), mixed64());
        fold_bytes(&sums[3], buffer, sizeof buffer);
        fill(words, sizeof words);
        swap_array32(words, below(21));
        fold_bytes(&sums[4], words, sizeof words);
    }
    report("load_be32", sums[0]);
    report("load_le64", sums[1]);
    report("load_le24", sums[2]);
    report("store_be64", sums[3]);
    report("swap_array32", sums[4]);
    printf("check swap64 %016" PRIx64 "\n", swap64(0x0102030405060708u));
    return 0;
}
