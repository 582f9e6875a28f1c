/* What goes on after an entry: a chained handler, a snapshot's caller, a timer's interrupt; and code without privilege. Prints what it finds. */
#include <noinit/noinit.h>

#include "board.h"

NOINIT_LOG_REGISTER(entries);

int main(void);
void handler(const uint32_t *found);
void chained(void);
void systick_entry(void);
bool call_snapshot(uint32_t reason, uint32_t *registers);

#define SCS(offset) (*(volatile uint32_t *)(0xe000e000u + (offset)))
#define MPU_TYPE SCS(0xd90)
#define MPU_CTRL SCS(0xd94)

static uint32_t core_registers[17];
static volatile uint32_t ticks;
static volatile uint32_t until;
static volatile uint32_t tick_pc;

static void print_word(const char *name, uint32_t word)
{
    char text[9] = {0};
    for (uint32_t i = 8; i-- > 0; word >>= 4) {
        text[i] = "0123456789abcdef"[word & 15u];
    }
    qemu_print(name);
    qemu_print(text);
}

static void print_is(const char *name, bool is)
{
    qemu_print(name);
    qemu_print(is ? "same" : "CHANGED");
}

/* r4 to r11 hold 0x40 to 0xb0, r0 to r3 1 to 4. */
__attribute__((noinline)) static void fault_with_registers(void)
{
    __asm__ volatile(
        "movs r7, #0xb0\n\tmov r11, r7\n\tmovs r7, #0xa0\n\tmov r10, r7\n\tmovs r7, #0x90\n\tmov r9, r7\n\tmovs r7, #0x80\n\tmov r8, r7\n\t"
        "movs r4, #0x40\n\tmovs r5, #0x50\n\tmovs r6, #0x60\n\tmovs r7, #0x70\n\t"
        "movs r0, #1\n\tmovs r1, #2\n\tmovs r2, #3\n\tmovs r3, #4\n\tudf #3");
}

/* The chained handler: what it finds goes to handler(). */
__asm__(
    "    .syntax unified\n"
    "    .section .text.chained,\"ax\",%progbits\n"
    "    .balign 4\n    .global chained\n    .type chained, %function\n    .thumb_func\n"
    "chained:\n"
    "    push {r0-r7, lr}\n"
    "    mov r0, r8\n    mov r1, r9\n    mov r2, r10\n    mov r3, r11\n"
    "    push {r0-r3}\n"
    "    mrs r0, primask\n    mrs r1, control\n"
    "    push {r0, r1}\n"
    "    mov r0, sp\n"
    "    bl handler\n"
    "    .previous\n");

__attribute__((used)) void handler(const uint32_t *found)
{
    static const uint32_t HIGH[] = {0x80, 0x90, 0xa0, 0xb0};
    static const uint32_t LOW[] = {1, 2, 3, 4, 0x40, 0x50, 0x60, 0x70};
    bool is_same = true;
    for (uint32_t i = 0; i < 4u; i++) {
        is_same = is_same && found[2u + i] == HIGH[i];
    }
    for (uint32_t i = 0; i < 8u; i++) {
        is_same = is_same && found[6u + i] == LOW[i];
    }
    print_is("registers", is_same);
    print_is("lr", found[14] == 0xfffffff9u || found[14] == 0xffffffe9u);
    print_is("primask", found[0] == qemu_argument("primask", 0));
    print_is("mpu", MPU_TYPE == 0 || MPU_CTRL == 5u);
    /* The frame is where the exception left it: its pc is the fault's. */
    const uint32_t *frame = found + 15;
    print_word("pc", frame[6]);
    const uint32_t second = qemu_argument("second", 0);
    if (second != 0) {
        __asm__ volatile("udf #4"); /* in the handler: captured, then a reset */
    }
    noinit_port_reset();
}

/* Calls noinit_snapshot with known registers; stores r4 to r11 as they are after it. */
__asm__(
    "    .syntax unified\n"
    "    .section .text.call_snapshot,\"ax\",%progbits\n"
    "    .balign 4\n    .global call_snapshot\n    .type call_snapshot, %function\n    .thumb_func\n"
    "call_snapshot:\n"
    "    push {r4-r7, lr}\n"
    "    mov r4, r8\n    mov r5, r9\n    mov r6, r10\n    mov r7, r11\n"
    "    push {r1, r4-r7}\n"
    "    movs r7, #0xb0\n    mov r11, r7\n    movs r7, #0xa0\n    mov r10, r7\n    movs r7, #0x90\n    mov r9, r7\n    movs r7, #0x80\n    mov r8, r7\n"
    "    movs r4, #0x40\n    movs r5, #0x50\n    movs r6, #0x60\n    movs r7, #0x70\n"
    "    bl noinit_snapshot\n"
    "    ldr r1, [sp]\n"
    "    stmia r1!, {r4-r7}\n"
    "    mov r4, r8\n    mov r5, r9\n    mov r6, r10\n    mov r7, r11\n"
    "    stmia r1!, {r4-r7}\n"
    "    pop {r1, r4-r7}\n"
    "    mov r8, r4\n    mov r9, r5\n    mov r10, r6\n    mov r11, r7\n"
    "    pop {r4-r7, pc}\n"
    "    .size call_snapshot, . - call_snapshot\n"
    "    .previous\n");

static void snapshot(void)
{
    const uint32_t before = noinit_arch_lock();
    noinit_arch_unlock(before);
    bool is_taken = call_snapshot(0x4007u, core_registers);
    bool is_same = true;
    for (uint32_t i = 0; i < 8u; i++) {
        is_same = is_same && core_registers[i] == 0x40u + 0x10u * i;
    }
    print_is("registers", is_same);
    qemu_print(is_taken ? "taken" : "refused");
    is_taken = call_snapshot(0x4007u, core_registers);
    qemu_print(is_taken ? "taken" : "refused");
    const uint32_t after = noinit_arch_lock();
    noinit_arch_unlock(after);
    print_is("primask", before == after);
    print_is("mpu", MPU_TYPE == 0 || MPU_CTRL == 5u);
}

/* Calls `code` on a stack of its own, with these bits of CONTROL. */
__attribute__((noinline)) static void run_as_thread(void (*code)(void), uint32_t control)
{
    static uint64_t stack[96];
    __asm__ volatile(
        "msr psp, %0\n\t"
        "msr control, %2\n\t"
        "isb\n\t"
        "blx %1\n\t"
        "movs r3, #0\n\t"
        "msr control, r3\n\t"
        "isb"
        :
        : "r"(stack + 96), "r"(code), "r"(control)
        : "r0", "r1", "r2", "r3", "r12", "lr", "memory");
}

__attribute__((noinline)) static void assert_unprivileged(void)
{
    NOINIT_ASSERT(ticks == 7u, "never %u", (unsigned)ticks);
    ticks = 0;
}

/* The place that the timer must name. */
__attribute__((noinline)) static void spin(void)
{
    until = ticks + 3u;
    while (ticks != until) {
        __asm__ volatile("nop");
    }
}

static bool is_asserting;
extern uint32_t noinit_capture_phase;

void noinit_port_tick(uint32_t pc)
{
    if (is_asserting && noinit_capture_phase != 0) {
        is_asserting = false;
        qemu_print("interrupted");
    }
    if (ticks != until) {
        tick_pc = pc;
        ticks++;
        noinit_alive_at(0x77u, pc);
    }
}

__attribute__((naked)) void systick_entry(void)
{
    __asm__ volatile("ldr r0, =noinit_tick_entry\n\tbx r0");
}

static void tick(void)
{
    SCS(0x014) = 2000u;
    SCS(0x018) = 0;
    SCS(0x010) = 7u;
    spin();
    print_word("main", tick_pc);
    run_as_thread(spin, 2u);
    print_word("thread", tick_pc);
    SCS(0x010) = 0;
    noinit_port_reset();
}

/* The timer's interrupt waits when the capture ends. */
__attribute__((noinline)) static void assert_with_interrupts(void)
{
    SCS(0x014) = 2000u;
    SCS(0x018) = 0;
    SCS(0x010) = 7u;
    is_asserting = true;
    NOINIT_ASSERT_FAILED("with interrupts");
}

extern uint32_t __noinit_ram_start[], __noinit_ram_end[];

/* The exception's frame ends where RAM does. */
__attribute__((noinline)) static void fault_at_end_of_ram(void)
{
    __asm__ volatile("msr psp, %0\n\tmovs r3, #2\n\tmsr control, r3\n\tisb\n\tudf #5" : : "r"(__noinit_ram_end) : "r3");
}

NOINIT_SECRET static volatile uint8_t secret[64];

/* Its end is behind the last address. */
static void capture_without_end(void)
{
    static noinit_crash_region_t all;
    all.address = __noinit_ram_start;
    all.size = 0xffffffffu;
    for (uint32_t i = 0; i < sizeof secret; i++) {
        secret[i] = 0x5e;
    }
    noinit_crash_regions(&all, 1);
    noinit_abort();
}

static void map_everything(void)
{
    if (MPU_TYPE != 0) {
        MPU_CTRL = 5u; /* with the default map for privileged code */
        __asm__ volatile("dsb\n\tisb");
    }
}

NOINIT_RETAINED static uint32_t starts;

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        qemu_exit(1);
    }
    starts++;
    if (starts >= 2u) {
        qemu_send_chunks(512);
        qemu_exit(0);
    }
    map_everything();
    switch (qemu_argument("scenario", 0)) {
    case 1:
        noinit_crash_chain(chained);
        if (qemu_argument("primask", 0) != 0) {
            __asm__ volatile("cpsid i");
        }
        if (qemu_argument("second", 0) != 0) {
            SCS(0xd24) |= 7u << 16; /* SHCSR: a fault in HardFault itself would be a lock-up */
        }
        fault_with_registers();
        break;
    case 2:
        snapshot();
        break;
    case 3:
        run_as_thread(snapshot, 2u);
        break;
    case 4:
        tick();
        break;
    case 5:
        MPU_CTRL = 0;
        run_as_thread(assert_unprivileged, 3u);
        break;
    case 6:
        noinit_secure_fault(NOINIT_REASON_SECURITY, 0x0c001234u);
        break;
    case 7:
        __asm__ volatile("cpsid i");
        snapshot();
        break;
    case 8:
        assert_with_interrupts();
        break;
    case 9:
        fault_at_end_of_ram();
        break;
    case 10:
        capture_without_end();
        break;
    default:
        break;
    }
    noinit_port_reset();
}
