#include "driver.h"

int is_leap_year(uint32_t year);
unsigned days_in_month(uint32_t year, unsigned month);
int32_t days_from_civil(int32_t year, unsigned month, unsigned day);
unsigned weekday(int32_t days);
uint32_t seconds_of_day(uint32_t hours, uint32_t minutes, uint32_t seconds);
void split_seconds(uint32_t seconds, uint8_t out[3]);

int main(void)
{
    uint64_t sum = 0;

    REPORT_MIXED("is_leap_year", is_leap_year((uint32_t)a));
    REPORT_MIXED("days_in_month", days_in_month((uint32_t)a, (unsigned)(1 + b % 12)));
    REPORT_MIXED("days_from_civil", days_from_civil((int32_t)(a % 8000) - 4000, (unsigned)(1 + b % 12), (unsigned)(1 + c % 28)));
    REPORT_MIXED("weekday", weekday((int32_t)(uint32_t)a / 2));
    REPORT_MIXED("seconds_of_day", seconds_of_day((uint32_t)(a % 24), (uint32_t)(b % 60), (uint32_t)(c % 60)));
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t out[3];
        split_seconds(mixed32(), out);
        fold_bytes(&sum, out, sizeof out);
    }
    report("split_seconds", sum);
    printf("check days_from_civil %d %d\n", days_from_civil(1970, 1, 1), days_from_civil(2000, 3, 1));
    printf("check weekday %u\n", weekday(days_from_civil(2024, 2, 29)));
    return 0;
}
