#include "driver.h"

uint32_t isolate_lowest_one(uint32_t x);
uint32_t isolate_lowest_zero(uint32_t x);
uint32_t mask_trailing_zeros(uint32_t x);
uint64_t clear_lowest_run(uint64_t x);
int is_power_of_two(uint64_t x);
uint32_t round_up_power_of_two(uint32_t x);
uint64_t align_up(uint64_t address, uint64_t alignment);
int32_t sign_of(int32_t x);
uint32_t absolute(int32_t x);
int opposite_signs(int64_t x, int64_t y);
uint64_t next_same_popcount(uint64_t x);
uint32_t merge_bits(uint32_t a, uint32_t b, uint32_t mask);
uint64_t swap_bit_fields(uint64_t x, unsigned first, unsigned second, unsigned length);
int has_zero_byte(uint64_t x);
uint32_t sign_extend_field(uint32_t x, unsigned bits);
int64_t select_by_mask(int condition, int64_t a, int64_t b);

int main(void)
{
    REPORT_MIXED("isolate_lowest_one", isolate_lowest_one((uint32_t)a));
    REPORT_MIXED("isolate_lowest_zero", isolate_lowest_zero((uint32_t)a));
    REPORT_MIXED("mask_trailing_zeros", mask_trailing_zeros((uint32_t)a));
    REPORT_MIXED("clear_lowest_run", clear_lowest_run(a));
    REPORT_MIXED("is_power_of_two", is_power_of_two(a));
    REPORT_MIXED("round_up_power_of_two", round_up_power_of_two((uint32_t)a));
    REPORT_MIXED("align_up", align_up(a, (uint64_t)1 << (b & 15)));
    REPORT_MIXED("sign_of", sign_of((int32_t)(uint32_t)a));
    REPORT_MIXED("absolute", absolute((int32_t)(uint32_t)a));
    REPORT_MIXED("opposite_signs", opposite_signs((int64_t)a, (int64_t)b));
    REPORT_MIXED("next_same_popcount", next_same_popcount(a));
    REPORT_MIXED("merge_bits", merge_bits((uint32_t)a, (uint32_t)b, (uint32_t)c));
    REPORT_MIXED("swap_bit_fields", swap_bit_fields(a, b & 15, 16 + (c & 31), (unsigned)(1 + (b >> 32) % 15)));
    REPORT_MIXED("has_zero_byte", has_zero_byte(a));
    REPORT_MIXED("sign_extend_field", sign_extend_field((uint32_t)a, (unsigned)(1 + b % 31)));
    REPORT_MIXED("select_by_mask", select_by_mask((int)(a & 3), (int64_t)b, (int64_t)c));
    return 0;
}
