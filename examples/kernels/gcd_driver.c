#include "driver.h"

uint32_t gcd_euclid(uint32_t a, uint32_t b);
uint64_t gcd_binary(uint64_t a, uint64_t b);
uint64_t inverse_odd(uint64_t a);
uint32_t power_modulo(uint32_t base, uint32_t exponent, uint32_t modulus);
uint32_t divide_by_10(uint32_t x);
int32_t remainder_by_7(int32_t x);
uint32_t montgomery_reduce(uint64_t t, uint32_t modulus, uint32_t negative_inverse);

int main(void)
{
    REPORT_MIXED("gcd_euclid", gcd_euclid((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("gcd_binary", gcd_binary(a, b));
    REPORT_MIXED("inverse_odd", inverse_odd(a | 1));
    REPORT_MIXED("power_modulo", power_modulo((uint32_t)a, (uint32_t)b, (uint32_t)c | 1));
    REPORT_MIXED("divide_by_10", divide_by_10((uint32_t)a));
    REPORT_MIXED("remainder_by_7", (int64_t)remainder_by_7((int32_t)(uint32_t)a));
    REPORT_MIXED("montgomery_reduce", montgomery_reduce(a >> 2, 998244353u, 998244351u));
    printf("check gcd %u %u\n", (unsigned)gcd_euclid(1071, 462), (unsigned)gcd_binary(1071, 462));
    printf("check inverse_odd %u\n", (unsigned)(inverse_odd(0xdeadbeefu) * 0xdeadbeefu));
    return 0;
}
