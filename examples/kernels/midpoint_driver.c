#include "driver.h"

uint32_t average_floor(uint32_t a, uint32_t b);
uint32_t average_ceil(uint32_t a, uint32_t b);
int64_t midpoint_signed(int64_t low, int64_t high);
uint64_t absolute_difference(uint64_t a, uint64_t b);
int32_t clamp(int32_t x, int32_t low, int32_t high);
size_t lower_bound(const int32_t *sorted, size_t count, int32_t key);

static int64_t lesser(uint64_t a, uint64_t b)
{
    return (int64_t)a < (int64_t)b ? (int64_t)a : (int64_t)b;
}

static int64_t greater(uint64_t a, uint64_t b)
{
    return (int64_t)a < (int64_t)b ? (int64_t)b : (int64_t)a;
}

int main(void)
{
    int32_t sorted[100];
    uint64_t sum = 0;

    REPORT_MIXED("average_floor", average_floor((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("average_ceil", average_ceil((uint32_t)a, (uint32_t)b));
    REPORT_MIXED("midpoint_signed", midpoint_signed(lesser(a, b) / 2, greater(a, b) / 2));
    REPORT_MIXED("absolute_difference", absolute_difference(a, b));
    REPORT_MIXED("clamp", clamp((int32_t)(uint32_t)a, -(int32_t)(b & 0xffff), (int32_t)(c & 0xffffff)));
    for (int i = 0; i < 100; i++)
        sorted[i] = 7 * i - 300 + (int32_t)below(7);
    for (int round = 0; round < ROUNDS; round++)
        fold(&sum, lower_bound(sorted, (size_t)round % 101, (int32_t)below(1000) - 400));
    report("lower_bound", sum);
    printf("check average_floor %u\n", (unsigned)average_floor(0xffffffffu, 0xfffffffdu));
    return 0;
}
