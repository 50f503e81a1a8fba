#include "driver.h"

uint32_t isqrt32(uint32_t x);
uint32_t isqrt64_newton(uint64_t n);
uint32_t icbrt32(uint32_t x);

int main(void)
{
    REPORT_MIXED("isqrt32", isqrt32((uint32_t)a));
    REPORT_MIXED("isqrt64_newton", isqrt64_newton(a));
    REPORT_MIXED("icbrt32", icbrt32((uint32_t)a));
    printf("check isqrt %u %u %u\n", (unsigned)isqrt32(1522756), (unsigned)isqrt64_newton(0xfffffffe00000001u),
           (unsigned)icbrt32(4294967295u));
    return 0;
}
