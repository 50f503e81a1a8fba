#include "driver.h"

void matrix4_multiply(const int32_t a[16], const int32_t b[16], int32_t out[16]);
void matrix4_multiply_float(const float a[16], const float b[16], float out[16]);
void matrix4_transpose(int32_t m[16]);
void transpose_bytes(const uint8_t *in, uint8_t *out, size_t rows, size_t columns);
uint64_t transpose_bits8(uint64_t x);
int64_t determinant3(const int32_t m[9]);

int main(void)
{
    int32_t a[16], b[16], out[16];
    float fa[16], fb[16], fout[16];
    uint8_t in[100], turned[100];
    uint64_t sums[5] = {0, 0, 0, 0, 0};

    for (int round = 0; round < 300; round++) {
        size_t rows = 1 + below(10), columns = 1 + below(10);
        for (int i = 0; i < 16; i++) {
            a[i] = (int32_t)mixed32();
            b[i] = (int32_t)mixed32();
            /* Small integers, so that fused and unfused sums agree. */
            fa[i] = (float)((int)below(2001) - 1000);
            fb[i] = (float)((int)below(2001) - 1000);
        }
        matrix4_multiply(a, b, out);
        fold_bytes(&sums[0], out, sizeof out);
        matrix4_multiply_float(fa, fb, fout);
        fold_bytes(&sums[1], fout, sizeof fout);
        matrix4_transpose(a);
        fold_bytes(&sums[2], a, sizeof a);
        fill(in, sizeof in);
        transpose_bytes(in, turned, rows, columns);
        fold_bytes(&sums[3], turned, rows * columns);
        for (int i = 0; i < 16; i++)
            a[i] = (int32_t)mixed32() >> 12;
        fold(&sums[4], (uint64_t)determinant3(a));
    }
    report("matrix4_multiply", sums[0]);
    report("matrix4_multiply_float", sums[1]);
    report("matrix4_transpose", sums[2]);
    report("transpose_bytes", sums[3]);
    report("determinant3", sums[4]);
    REPORT_MIXED("transpose_bits8", transpose_bits8(a));
    printf("check transpose_bits8 %016" PRIx64 "\n", transpose_bits8(0xffu));
    return 0;
}
