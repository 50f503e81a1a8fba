/* Fletcher's checksums. */
#include <stddef.h>
#include <stdint.h>

uint16_t fletcher16(const uint8_t *data, size_t size)
{
    uint32_t low = 0, high = 0;

    for (size_t i = 0; i < size; i++) {
        low = (low + data[i]) % 255;
        high = (high + low) % 255;
    }
    return (uint16_t)(high << 8 | low);
}

uint32_t fletcher32(const uint16_t *data, size_t words)
{
    uint32_t low = 0xffff, high = 0xffff;

    while (words > 0) {
        size_t run = words > 359 ? 359 : words;
        words -= run;
        do {
            low += *data++;
            high += low;
        } while (--run);
        low = (low & 0xffff) + (low >> 16);
        high = (high & 0xffff) + (high >> 16);
    }
    low = (low & 0xffff) + (low >> 16);
    high = (high & 0xffff) + (high >> 16);
    return high << 16 | low;
}

uint8_t xor_checksum(const uint8_t *data, size_t size)
{
    uint8_t sum = 0;

    while (size--)
        sum ^= *data++;
    return sum;
}

/* The last digit of a card number by Luhn's rule; the digits are 0 to 9. */
unsigned luhn_digit(const uint8_t *digits, size_t count)
{
    unsigned sum = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned digit = digits[count - 1 - i];
        if (i % 2 == 0) {
            digit *= 2;
            if (digit > 9)
                digit -= 9;
        }
        sum += digit;
    }
    return (10 - sum % 10) % 10;
}
