#include "driver.h"

uint32_t binary_to_gray(uint32_t x);
uint32_t gray_to_binary(uint32_t x);
uint64_t gray_to_binary_loop(uint64_t x);
uint32_t next_gray(uint32_t x);

int main(void)
{
    REPORT_MIXED("binary_to_gray", binary_to_gray((uint32_t)a));
    REPORT_MIXED("gray_to_binary", gray_to_binary((uint32_t)a));
    REPORT_MIXED("gray_to_binary_loop", gray_to_binary_loop(a));
    REPORT_MIXED("next_gray", next_gray((uint32_t)a));
    printf("check gray %u\n", (unsigned)gray_to_binary(binary_to_gray(123456789u)));
    return 0;
}
