#include "driver.h"

struct ring {
    uint32_t head, tail, mask;
    uint8_t *data;
};

void copy_forward(uint8_t *to, const uint8_t *from, size_t size);
void move_bytes(uint8_t *to, const uint8_t *from, size_t size);
void xor_buffers(uint8_t *restrict out, const uint8_t *restrict key, size_t size);
void copy32(uint64_t *to, const uint64_t *from);
void swap_pairs(uint32_t *a, uint32_t *b);
void reverse_bytes(uint8_t *data, size_t size);
int equal_in_constant_time(const uint8_t *a, const uint8_t *b, size_t size);
void prefix_sum(uint32_t *values, size_t count);
int ring_push(struct ring *ring, uint8_t byte);
int ring_pop(struct ring *ring);

int main(void)
{
    union {
        uint64_t quads[16];
        uint32_t words[32];
        uint8_t bytes[128];
    } u;
    uint8_t key[128], slots[16];
    struct ring ring = {0xfffffff0u, 0xfffffff0u, 15, slots};
    uint64_t sums[9] = {0};

    for (int round = 0; round < 500; round++) {
        size_t size = below(64);
        fill(&u, sizeof u);
        copy_forward(u.bytes + below(64), u.bytes + below(64), size);
        fold_bytes(&sums[0], &u, sizeof u);
        move_bytes(u.bytes + below(64), u.bytes + below(64), size);
        fold_bytes(&sums[1], &u, sizeof u);
        fill(key, sizeof key);
        xor_buffers(u.bytes + below(64), key + below(64), size);
        fold_bytes(&sums[2], &u, sizeof u);
        copy32(u.quads + below(12), u.quads + below(12));
        fold_bytes(&sums[3], &u, sizeof u);
        swap_pairs(u.words + below(4), u.words + below(4));
        fold_bytes(&sums[4], &u, sizeof u);
        reverse_bytes(u.bytes + below(64), size);
        fold_bytes(&sums[5], &u, sizeof u);
        copy_forward(key, u.bytes, sizeof key);
        key[below(128)] ^= (uint8_t)(round & 3);
        fold(&sums[6], (uint64_t)equal_in_constant_time(key, u.bytes, sizeof key));
        prefix_sum(u.words, size / 2);
        fold_bytes(&sums[7], &u, sizeof u);
        if (below(5) < 3)
            fold(&sums[8], (uint64_t)ring_push(&ring, (uint8_t)any64()));
        else
            fold(&sums[8], (uint64_t)(int64_t)ring_pop(&ring));
    }
    report("copy_forward", sums[0]);
    report("move_bytes", sums[1]);
    report("xor_buffers", sums[2]);
    report("copy32", sums[3]);
    report("swap_pairs", sums[4]);
    report("reverse_bytes", sums[5]);
    report("equal_in_constant_time", sums[6]);
    report("prefix_sum", sums[7]);
    report("ring", sums[8]);
    return 0;
}
