/* Base64 (RFC 4648) and hexadecimal. */
#include <stddef.h>
#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(const uint8_t *in, size_t size, char *out)
{
    char *start = out;

    for (; size >= 3; size -= 3, in += 3) {
        uint32_t triple = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];
        *out++ = alphabet[triple >> 18];
        *out++ = alphabet[triple >> 12 & 63];
        *out++ = alphabet[triple >> 6 & 63];
        *out++ = alphabet[triple & 63];
    }
    if (size > 0) {
        uint32_t rest = (uint32_t)in[0] << 16 | (size == 2 ? (uint32_t)in[1] << 8 : 0);
        *out++ = alphabet[rest >> 18];
        *out++ = alphabet[rest >> 12 & 63];
        *out++ = size == 2 ? alphabet[rest >> 6 & 63] : '=';
        *out++ = '=';
    }
    return (size_t)(out - start);
}

/* The value of a base64 digit, or -1. */
int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+')
        return 62;
    return c == '/' ? 63 : -1;
}

/* The bytes written, or -1 for text that is not padded base64. */
long base64_decode(const char *in, size_t size, uint8_t *out)
{
    uint8_t *start = out;

    if (size % 4 != 0)
        return -1;
    for (; size > 0; size -= 4, in += 4) {
        int a = base64_digit(in[0]), b = base64_digit(in[1]), c = base64_digit(in[2]), d = base64_digit(in[3]);
        int padding = size == 4 && in[3] == '=' ? 1 + (in[2] == '=') : 0;
        uint32_t triple;
        if (padding > 0)
            d = 0;
        if (padding > 1)
            c = 0;
        if ((a | b | c | d) < 0)
            return -1;
        triple = (uint32_t)a << 18 | (uint32_t)b << 12 | (uint32_t)c << 6 | (uint32_t)d;
        *out++ = (uint8_t)(triple >> 16);
        if (padding < 2)
            *out++ = (uint8_t)(triple >> 8);
        if (padding < 1)
            *out++ = (uint8_t)triple;
    }
    return out - start;
}

void hex_encode(const uint8_t *in, size_t size, char *out)
{
    for (size_t i = 0; i < size; i++) {
        out[2 * i] = "0123456789abcdef"[in[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[in[i] & 15];
    }
}

int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
