/* Runs cases of AArch64 machine code and reports the states they end in. A static program without a C library, for
 * qemu-aarch64; cases.py in this folder writes what it reads and reads what it writes.
 *
 * Standard input is a stream of cases, standard output one result for each, in order, flushed whenever the input runs dry.
 *
 *   case    struct head, struct registers, code (padded to 8 bytes), patches (u32 each, padded to 8 bytes)
 *   result  struct result, struct registers, changes (u32 each, padded to 8 bytes)
 *
 * A patch or change is a byte of the arena: its offset << 8 | its value. Before a case the arena holds, at address a, byte
 * a & 7 of splitmix64((a >> 3) ^ seed), and over that the patches; the changes are the bytes that then differ.
 *
 * The code lies alone in an executable page that is not writable while it runs; around it are undefined instructions, and no other
 * page, so that a jump out of it ends in a signal, whose frame holds the state. Falling off its end is a branch to
 * `leave`, which needs no register: x0 goes to tpidr_el0 first. Signals are handled on a stack at an address of its own: if a
 * random sp pointed into it, the kernel would take it for a nested signal and write the frame below that sp.
 */

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

#define ARENA 0x40000UL /* cases.py has the same numbers */
#define ARENA_SIZE 0x3000UL
#define CODE_SIZE 0x1000UL
#define SIGNAL_STACK 0x3d5a70000000UL
#define SIGNAL_STACK_SIZE 0x10000UL
#define MAX_WORDS 1000
#define MAX_PATCHES ARENA_SIZE
#define CASE_MAGIC 0x65736163U   /* "case" */
#define RESULT_MAGIC 0x656e6f64U /* "done" */
#define TICK 100000              /* microseconds; a case still there after two of them is ended */

enum { FELL_THROUGH = 0, TIME_LIMIT = 64 }; /* other kinds of end are signal numbers */
enum { SIGILL = 4, SIGTRAP = 5, SIGBUS = 7, SIGFPE = 8, SIGSEGV = 11, SIGALRM = 14, SIGSYS = 31 };

struct registers { u64 x[31], sp, nzcv, v[64]; };
struct head { u32 magic, words, patches, watched; u64 seed; };
struct result { u32 magic, end, changes, fpsr; u64 pc, address; };

/* The code of a case begins at `code_page`, which the linker is told. The functions are in enter.S, which knows the offsets. */
extern u8 code_page[];
void enter(void);
void leave(void);
void resume(void) __attribute__((noreturn));

struct { struct registers r; u64 fpsr; u64 saved[13]; } context;

/* --- the system --------------------------------------------------------------------------------- */

static long call(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

enum { READ = 63, WRITE = 64, EXIT_GROUP = 94, SETITIMER = 103, SIGALTSTACK = 132, SIGACTION = 134, MMAP = 222, MPROTECT = 226 };
enum { NONE = 0, READABLE = 1, WRITABLE = 2, EXECUTABLE = 4 };
enum { NO_SPACE = 3, BAD_INPUT = 4, BROKEN_OUTPUT = 5, REFUSED = 6 };
enum { EINTR = 4 };

static void quit(int status) {
    for (;;) call(EXIT_GROUP, status, 0, 0, 0, 0, 0);
}

static void map(u64 address, u64 size) {
    enum { PRIVATE = 2, ANONYMOUS = 32, FIXED_NOREPLACE = 0x100000 };
    long found = call(MMAP, address, size, READABLE | WRITABLE, PRIVATE | ANONYMOUS | FIXED_NOREPLACE, -1, 0);
    if ((u64)found != address) quit(NO_SPACE);
}

static void protect(u64 address, u64 size, long how) {
    if (call(MPROTECT, address, size, how, 0, 0, 0) != 0) quit(NO_SPACE);
}

/* --- streams ------------------------------------------------------------------------------------ */

static u8 input[1 << 17], output[1 << 17];
static u64 input_at, input_end, output_end;

static void flush(void) {
    for (u64 at = 0; at < output_end;) {
        long done = call(WRITE, 1, (long)(output + at), output_end - at, 0, 0, 0);
        if (done == -EINTR) continue;
        if (done <= 0) quit(BROKEN_OUTPUT);
        at += done;
    }
    output_end = 0;
}

static void copy(void *to, const void *from, u64 size) { /* sizes are multiples of 8, but for patches */
    u64 i = 0;
    for (; i + 8 <= size; i += 8) *(u64 *)((u8 *)to + i) = *(const u64 *)((const u8 *)from + i);
    for (; i < size; i++) ((u8 *)to)[i] = ((const u8 *)from)[i];
}

static void put(const void *data, u64 size) {
    if (output_end + size > sizeof output) flush();
    copy(output + output_end, data, size);
    output_end += size;
}

static int fill(void) {
    flush();
    for (;;) {
        long done = call(READ, 0, (long)input, sizeof input, 0, 0, 0);
        if (done == -EINTR) continue;
        input_at = 0;
        input_end = done > 0 ? done : 0;
        return done > 0;
    }
}

/* Returns 0 at the end of the input, if that is where an item begins. */
static int get(void *data, u64 size) {
    for (u64 at = 0; at < size;) {
        if (input_at == input_end && !fill()) {
            if (at) quit(BAD_INPUT);
            return 0;
        }
        u64 part = input_end - input_at < size - at ? input_end - input_at : size - at;
        copy((u8 *)data + at, input + input_at, part);
        input_at += part;
        at += part;
    }
    return 1;
}

static void get_all(void *data, u64 size) {
    if (size && !get(data, size)) quit(BAD_INPUT);
}

/* --- memory ------------------------------------------------------------------------------------- */

static u64 pristine[ARENA_SIZE / 8], filled_seed;
static int filled;
static u32 patches[MAX_PATCHES + 1], changes[ARENA_SIZE + 1];

static u64 splitmix64(u64 z) {
    z += 0x9e3779b97f4a7c15UL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
    return z ^ (z >> 31);
}

/* Between cases the arena holds what `pristine` holds. */
static void fill_arena(u64 seed) {
    if (filled && seed == filled_seed) return;
    for (u64 i = 0; i < ARENA_SIZE / 8; i++) ((volatile u64 *)ARENA)[i] = pristine[i] = splitmix64((ARENA / 8 + i) ^ seed);
    filled_seed = seed;
    filled = 1;
}

static void patch(const u32 *list, u32 count) {
    for (u32 i = 0; i < count; i++) {
        if (list[i] >> 8 >= ARENA_SIZE) quit(BAD_INPUT);
        ((volatile u8 *)ARENA)[list[i] >> 8] = (u8)list[i];
    }
}

static void unpatch(const u32 *list, u32 count) {
    for (u32 i = 0; i < count; i++) ((volatile u8 *)ARENA)[list[i] >> 8] = ((u8 *)pristine)[list[i] >> 8];
}

/* Lists the bytes that differ from `pristine`, and puts them back. */
static u32 collect(void) {
    u64 *now = (u64 *)ARENA;
    u32 count = 0;
    for (u64 i = 0; i < ARENA_SIZE / 8; i += 4) {
        if (!((now[i] ^ pristine[i]) | (now[i + 1] ^ pristine[i + 1]) | (now[i + 2] ^ pristine[i + 2]) | (now[i + 3] ^ pristine[i + 3])))
            continue;
        for (u64 j = 8 * i; j < 8 * i + 32; j++)
            if (((u8 *)now)[j] != ((u8 *)pristine)[j]) changes[count++] = (u32)(j << 8) | ((u8 *)now)[j];
        for (u64 j = i; j < i + 4; j++) now[j] = pristine[j];
    }
    return count;
}

/* --- code --------------------------------------------------------------------------------------- */

static u32 placed[MAX_WORDS + 1], placed_words = MAX_WORDS + 2;

static int supervisor_call(u32 word) {
    return (word & 0xffe0001fU) == 0xd4000001U; /* it would reach the host's kernel */
}

/* A page that becomes writable loses its translations, so code is changed only between the two calls of `protect`. */
static void place(const u32 *code, u32 words) {
    u32 same = words == placed_words;
    for (u32 i = 0; same && i < words; i++) same = placed[i] == code[i];
    if (same) return;
    for (u32 i = 0; i < words; i++)
        if (supervisor_call(code[i])) quit(REFUSED);
    protect((u64)code_page, CODE_SIZE, READABLE | WRITABLE);
    volatile u32 *page = (volatile u32 *)code_page;
    for (u32 i = 0; i < CODE_SIZE / 4; i++) page[i] = i < words ? code[i] : 0;
    page[words] = 0x14000000U | (((u32)((u64)leave - (u64)&page[words]) >> 2) & 0x3ffffffU);
    protect((u64)code_page, CODE_SIZE, READABLE | EXECUTABLE);
    for (u32 i = 0; i < words; i++) placed[i] = code[i];
    placed_words = words;
}

/* --- ends --------------------------------------------------------------------------------------- */

static volatile u64 current, running, seen_at_tick;
static struct result result;

struct frame { u64 flags, link, stack[3], mask, unused[16]; u64 fault_address, x[31], sp, pc, pstate, pad; u8 rest[4096]; };

static void handle(int number, const u64 *info, const struct frame *frame) {
    if (!running) {
        if (number == SIGALRM) return;
        quit(128 + number);
    }
    if (number == SIGALRM) {
        if (seen_at_tick != current || frame->pc - (u64)code_page >= CODE_SIZE) {
            seen_at_tick = current;
            return;
        }
    }
    running = 0;
    for (int i = 0; i < 31; i++) context.r.x[i] = frame->x[i];
    context.r.sp = frame->sp;
    context.r.nzcv = frame->pstate & 0xf0000000UL;
    const u32 *vectors = (const u32 *)frame->rest;
    if (vectors[0] != 0x46508001U) quit(128 + number);
    context.fpsr = vectors[2];
    copy(context.r.v, vectors + 4, sizeof context.r.v);
    result.end = number == SIGALRM ? TIME_LIMIT : (u32)number;
    result.pc = frame->pc;
    result.address = number == SIGALRM ? 0 : info[2];
    resume();
}

static void watch(int number) {
    struct { void *handler; u64 flags, restorer, mask; } action = {(void *)handle, 4 | 0x08000000 | 0x10000000 | 0x40000000, 0, 0};
    if (call(SIGACTION, number, (long)&action, 0, 8, 0, 0) != 0) quit(NO_SPACE); /* SIGINFO, ONSTACK, RESTART, NODEFER */
}

static void prepare(void) {
    map((u64)code_page, CODE_SIZE);
    map(ARENA, ARENA_SIZE);
    map(SIGNAL_STACK, SIGNAL_STACK_SIZE);
    struct { u64 address, flags, size; } stack = {SIGNAL_STACK, 0, SIGNAL_STACK_SIZE};
    if (call(SIGALTSTACK, (long)&stack, 0, 0, 0, 0, 0) != 0) quit(NO_SPACE);
    static const int numbers[] = {SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGSEGV, SIGALRM, SIGSYS};
    for (u64 i = 0; i < sizeof numbers / sizeof *numbers; i++) watch(numbers[i]);
    u64 ticks[4] = {0, TICK, 0, TICK};
    if (call(SETITIMER, 0, (long)ticks, 0, 0, 0, 0) != 0) quit(NO_SPACE);
}

static void run(const struct head *head) {
    fill_arena(head->seed);
    patch(patches, head->patches);
    result = (struct result){RESULT_MAGIC, FELL_THROUGH, 0, 0, (u64)code_page + 4 * head->words, 0};
    current++;
    running = 1;
    enter();
    running = 0;
    result.changes = 0;
    if (head->watched) {
        /* What a patch made of the arena is no change, what the code made of a patched byte is one. */
        for (u32 i = 0; i < head->patches; i++) ((u8 *)pristine)[patches[i] >> 8] = (u8)patches[i];
        result.changes = collect();
        for (u64 i = 0; i < head->patches; i++) {
            u64 at = patches[i] >> 11;
            pristine[at] = splitmix64((ARENA / 8 + at) ^ head->seed);
        }
    }
    unpatch(patches, head->patches);
    result.fpsr = (u32)context.fpsr;
}

int main(void) {
    static u32 code[MAX_WORDS + 1];
    struct head head;
    prepare();
    while (get(&head, sizeof head)) {
        if (head.magic != CASE_MAGIC || !head.words || head.words > MAX_WORDS || head.patches > MAX_PATCHES) quit(BAD_INPUT);
        get_all(&context.r, sizeof context.r);
        get_all(code, (head.words + 1) / 2 * 8);
        get_all(patches, (head.patches + 1) / 2 * 8);
        place(code, head.words);
        run(&head);
        put(&result, sizeof result);
        put(&context.r, sizeof context.r);
        put(changes, (result.changes + 1) / 2 * 8);
    }
    flush();
    return filled && collect() ? BAD_INPUT + 10 : 0;
}
