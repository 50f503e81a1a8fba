/* Dates of the Gregorian calendar, counted in days from 1970-01-01 (days_from_civil of H. Hinnant's paper). */
#include <stdint.h>

int is_leap_year(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

unsigned days_in_month(uint32_t year, unsigned month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap_year(year) ? 1u : 0u);
}

int32_t days_from_civil(int32_t year, unsigned month, unsigned day)
{
    int32_t era, year_of_era, day_of_year;

    year -= month <= 2;
    era = (year >= 0 ? year : year - 399) / 400;
    year_of_era = year - era * 400;
    day_of_year = (int32_t)((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1);
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

unsigned weekday(int32_t days)
{
    return (unsigned)(days >= -4 ? (days + 4) % 7 : (days + 5) % 7 + 6);
}

uint32_t seconds_of_day(uint32_t hours, uint32_t minutes, uint32_t seconds)
{
    return (hours * 60 + minutes) * 60 + seconds;
}

void split_seconds(uint32_t seconds, uint8_t out[3])
{
    out[0] = (uint8_t)(seconds / 3600 % 24);
    out[1] = (uint8_t)(seconds / 60 % 60);
    out[2] = (uint8_t)(seconds % 60);
}
