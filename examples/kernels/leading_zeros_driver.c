#include "driver.h"

unsigned leading_zeros32(uint32_t x);
unsigned trailing_zeros32(uint32_t x);
unsigned log2_floor(uint64_t x);
unsigned log10_floor(uint32_t x);
unsigned leading_sign_bits(int32_t x);

int main(void)
{
    REPORT_MIXED("leading_zeros32", leading_zeros32((uint32_t)a));
    REPORT_MIXED("trailing_zeros32", trailing_zeros32((uint32_t)a));
    REPORT_MIXED("log2_floor", log2_floor(a));
    REPORT_MIXED("log10_floor", log10_floor((uint32_t)a));
    REPORT_MIXED("leading_sign_bits", leading_sign_bits((int32_t)(uint32_t)a));
    printf("check trailing_zeros32 %u\n", trailing_zeros32(0x00500000u));
    return 0;
}
