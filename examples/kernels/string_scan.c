/* Scanning of strings, a byte at a time and a word at a time. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

size_t scan_length(const char *text)
{
    const char *p = text;

    while (*p)
        p++;
    return (size_t)(p - text);
}

/* Reads whole words: the text must lie in a buffer that extends to a multiple of 8 past its end. */
size_t scan_length_words(const char *text)
{
    const char *p = text;

    for (;;) {
        uint64_t word;
        memcpy(&word, p, 8);
        word = (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
        if (word != 0)
            break;
        p += 8;
    }
    while (*p)
        p++;
    return (size_t)(p - text);
}

const void *find_byte(const void *data, int byte, size_t size)
{
    const unsigned char *p = data;

    for (; size > 0; size--, p++)
        if (*p == (unsigned char)byte)
            return p;
    return NULL;
}

int compare_strings(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

int parse_int(const char *text)
{
    unsigned value = 0;
    int negative = 0;

    while (*text == ' ' || (*text >= '\t' && *text <= '\r'))
        text++;
    if (*text == '-' || *text == '+')
        negative = *text++ == '-';
    while (*text >= '0' && *text <= '9')
        value = value * 10 + (unsigned)(*text++ - '0');
    return negative ? (int)(0u - value) : (int)value;
}

size_t format_unsigned(uint64_t value, char *out)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    for (size_t i = 0; i < count; i++)
        out[i] = digits[count - 1 - i];
    out[count] = '\0';
    return count;
}

void to_lower(char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + ('a' - 'A'));
}

size_t count_lines(const char *data, size_t size)
{
    size_t lines = 0;

    for (size_t i = 0; i < size; i++)
        lines += data[i] == '\n';
    return lines;
}
