#include "driver.h"

size_t base64_encode(const uint8_t *in, size_t size, char *out);
int base64_digit(char c);
long base64_decode(const char *in, size_t size, uint8_t *out);
void hex_encode(const uint8_t *in, size_t size, char *out);
int hex_digit(int c);

int main(void)
{
    uint8_t data[60], back[96];
    char text[128];
    uint64_t sums[3] = {0, 0, 0};

    for (int round = 0; round < 500; round++) {
        size_t size = below(61), length;
        long decoded;
        fill(data, sizeof data);
        length = base64_encode(data, size, text);
        fold(&sums[0], length);
        fold_bytes(&sums[0], text, length);
        if (round % 3 == 0 && length > 0)
            text[below((uint32_t)length)] = (char)below(128);
        decoded = base64_decode(text, length - (round % 17 == 0 && length > 0), back);
        fold(&sums[1], (uint64_t)decoded);
        if (decoded > 0)
            fold_bytes(&sums[1], back, (size_t)decoded);
        hex_encode(data, size, text);
        fold_bytes(&sums[2], text, 2 * size);
    }
    report("base64_encode", sums[0]);
    report("base64_decode", sums[1]);
    report("hex_encode", sums[2]);
    REPORT_MIXED("base64_digit", (int64_t)base64_digit((char)(a & 127)));
    REPORT_MIXED("hex_digit", (int64_t)hex_digit((int)(a & 255)));
    text[base64_encode((const uint8_t *)"foobar!", 7, text)] = '\0';
    printf("check base64 %s\n", text);
    return 0;
}
