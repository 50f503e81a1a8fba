#include "driver.h"

#include <string.h>

size_t scan_length(const char *text);
size_t scan_length_words(const char *text);
const void *find_byte(const void *data, int byte, size_t size);
int compare_strings(const char *a, const char *b);
int parse_int(const char *text);
size_t format_unsigned(uint64_t value, char *out);
void to_lower(char *text);
size_t count_lines(const char *data, size_t size);

static char text[128], other[128];

static void make_texts(size_t length)
{
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = other[i] = (char)("\n AzZ@[`{09\xe9"[below(12)]);
    text[length] = '\0';
    other[below((uint32_t)length + 1)] = '\0';
    text[sizeof text - 1] = other[sizeof other - 1] = '\0';
}

int main(void)
{
    uint64_t sums[8] = {0};

    for (int round = 0; round < ROUNDS; round++) {
        static const char *const signs[] = {"", "-", "+", " \t-", "\r\n "};
        char number[40];
        size_t length = below(100);
        const char *found;
        make_texts(length);
        fold(&sums[0], scan_length(text));
        fold(&sums[1], scan_length_words(text + below((uint32_t)length + 1) % 8 % (length + 1)));
        found = find_byte(text, text[below(100)], length);
        fold(&sums[2], found ? (uint64_t)(found - text) : 999);
        fold(&sums[3], (uint64_t)(int64_t)compare_strings(text, other));
        fold(&sums[4], count_lines(text, sizeof text));
        fold(&sums[5], format_unsigned(mixed64(), number));
        fold_bytes(&sums[5], number, strlen(number));
        snprintf(number, sizeof number, "%s%u", signs[below(5)], (unsigned)(mixed32() >> 1));
        fold(&sums[6], (uint64_t)(int64_t)parse_int(number));
        to_lower(text);
        fold_bytes(&sums[7], text, sizeof text);
    }
    report("scan_length", sums[0]);
    report("scan_length_words", sums[1]);
    report("find_byte", sums[2]);
    report("compare_strings", sums[3]);
    report("count_lines", sums[4]);
    report("format_unsigned", sums[5]);
    report("parse_int", sums[6]);
    report("to_lower", sums[7]);
    printf("check parse_int %d %d\n", parse_int("  -2147483648x"), parse_int("+42"));
    return 0;
}
