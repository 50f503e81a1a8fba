/* Small dense matrices. */
#include <stddef.h>
#include <stdint.h>

void matrix4_multiply(const int32_t a[16], const int32_t b[16], int32_t out[16])
{
    for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 4; column++) {
            uint32_t sum = 0;
            for (int i = 0; i < 4; i++)
                sum += (uint32_t)a[4 * row + i] * (uint32_t)b[4 * i + column];
            out[4 * row + column] = (int32_t)sum;
        }
    }
}

void matrix4_multiply_float(const float a[16], const float b[16], float out[16])
{
    for (int row = 0; row < 4; row++)
        for (int column = 0; column < 4; column++)
            out[4 * row + column] = a[4 * row] * b[column] + a[4 * row + 1] * b[4 + column] + a[4 * row + 2] * b[8 + column] +
                                    a[4 * row + 3] * b[12 + column];
}

void matrix4_transpose(int32_t m[16])
{
    for (int row = 1; row < 4; row++) {
        for (int column = 0; column < row; column++) {
            int32_t kept = m[4 * row + column];
            m[4 * row + column] = m[4 * column + row];
            m[4 * column + row] = kept;
        }
    }
}

void transpose_bytes(const uint8_t *in, uint8_t *out, size_t rows, size_t columns)
{
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < columns; column++)
            out[column * rows + row] = in[row * columns + column];
}

uint64_t transpose_bits8(uint64_t x)
{
    uint64_t t;

    t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aau;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000cccc0000ccccu;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0u;
    return x ^ t ^ (t << 28);
}

int64_t determinant3(const int32_t m[9])
{
    int64_t a = (int64_t)m[4] * m[8] - (int64_t)m[5] * m[7];
    int64_t b = (int64_t)m[3] * m[8] - (int64_t)m[5] * m[6];
    int64_t c = (int64_t)m[3] * m[7] - (int64_t)m[4] * m[6];

    return m[0] * a - m[1] * b + m[2] * c;
}
