#include "driver.h"

uint8_t reverse8(uint8_t b);
uint32_t reverse32(uint32_t x);
uint64_t reverse64(uint64_t x);
uint32_t reverse_low(uint32_t x, unsigned bits);
void bit_reverse_permute(int32_t *data, unsigned log2_size);

int main(void)
{
    int32_t data[256];
    uint64_t sum = 0;

    REPORT_MIXED("reverse8", reverse8((uint8_t)a));
    REPORT_MIXED("reverse32", reverse32((uint32_t)a));
    REPORT_MIXED("reverse64", reverse64(a));
    REPORT_MIXED("reverse_low", reverse_low((uint32_t)a, (unsigned)(b % 33)));
    for (unsigned bits = 0; bits <= 8; bits++) {
        fill(data, sizeof data);
        bit_reverse_permute(data, bits);
        fold_bytes(&sum, data, sizeof data);
    }
    report("bit_reverse_permute", sum);
    printf("check reverse32 %08x\n", (unsigned)reverse32(0x00000801u));
    return 0;
}
