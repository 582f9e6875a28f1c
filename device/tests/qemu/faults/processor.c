/* What the processor itself takes as a fault. */
#include "faults.h"

NOINLINE void fault_undefined(void)
{
    __asm__ volatile("udf #1");
}

/* Where the stack pointer is no multiple of 8 the processor leaves a word free above its frame. */
NOINLINE void fault_padded(void)
{
#ifdef __OPTIMIZE__
    __asm__ volatile("sub sp, #4\n\t.cfi_adjust_cfa_offset 4\n\tudf #3\n\tadd sp, #4\n\t.cfi_adjust_cfa_offset -4");
#else
    __asm__ volatile("sub sp, #4\n\tudf #3\n\tadd sp, #4"); /* frames hang on r7 */
#endif
}

NOINLINE void fault_divide(void)
{
#if HAS_FAULT_STATUS
    sink = 1000u / zero;
#endif
}

static uint32_t words[2];

NOINLINE void fault_unaligned(void)
{
    volatile uint32_t *odd = (volatile uint32_t *)((uintptr_t)words + 1u + zero);
    sink = *odd;
}

typedef void (*code_t)(void);

NOINLINE void fault_call_null(void)
{
    const code_t volatile nothing = (code_t)zero;
    nothing();
    sink = 1; /* or the call would be a jump, and lr somebody else's */
}

NOINLINE void fault_jump_even(void)
{
    const code_t volatile even = (code_t)((uintptr_t)fault_undefined & ~(uintptr_t)1);
    even();
    sink = 1;
}

/* Four undefined instructions. */
static uint16_t data[64] __attribute__((aligned(128))) = {0xde01, 0xde02, 0xde03, 0xde04};

NOINLINE void fault_call_data(void)
{
    const code_t volatile variable = (code_t)((uintptr_t)data | 1u);
    variable();
    sink = 1;
}

/* The same where the MPU lets nobody run what is in RAM. */
NOINLINE void fault_call_protected(void)
{
    protect(data, sizeof data, true);
    fault_call_data();
    sink = 1;
}

NOINLINE void fault_call_device(void)
{
    const code_t volatile device = (code_t)(0x40004001u + zero);
    device();
    sink = 1;
}

NOINLINE void fault_read_unmapped(void)
{
    sink = REGISTER(UNMAPPED + 4u * zero);
}

NOINLINE void fault_write_unmapped(void)
{
    REGISTER(UNMAPPED + 8u + 4u * zero) = 5;
}

NOINLINE void fault_read_protected(void)
{
    protect(data, sizeof data, false);
    sink = *(volatile uint32_t *)(data + 2u * zero);
}

NOINLINE void fault_write_protected(void)
{
    protect(data, sizeof data, false);
    *(volatile uint32_t *)(data + 6u + 2u * zero) = 5;
}

/* A floating-point instruction where the unit is off, or absent. */
NOINLINE void fault_no_coprocessor(void)
{
#if HAS_FAULT_STATUS
    REGISTER(0xe000ed88u) &= ~(0xfu << 20);
    __asm__ volatile("dsb\n\tisb\n\t.hword 0xeef1, 0x0a10"); /* vmrs r0, fpscr */
#endif
}

NOINLINE void fault_breakpoint(void)
{
    __asm__ volatile("bkpt 1");
}

/* Interrupts are masked, so the call cannot be taken. */
NOINLINE void fault_svc_masked(void)
{
    __asm__ volatile("cpsid i\n\tsvc 1");
}

#if HAS_FAULT_STATUS

#define MPU_CTRL REGISTER(0xe000ed94u)
#define MPU_RNR REGISTER(0xe000ed98u)
#define MPU_RBAR REGISTER(0xe000ed9cu)
#define MPU_RASR REGISTER(0xe000eda0u)

void protect(const volatile void *start, uint32_t size, bool is_only_for_code)
{
    const uint32_t address = (uint32_t)start;
    MPU_RNR = 0;
#if HAS_STACK_LIMITS
    /* v8-M cannot forbid the privileged to read. */
    REGISTER(0xe000edc0u) = 0x44u; /* MAIR0: not cached */
    MPU_RBAR = address | (is_only_for_code ? 1u << 1 : 2u << 1) | 1u;
    REGISTER(0xe000eda0u) = ((address + size - 1u) & ~31u) | 1u; /* RLAR */
#else
    uint32_t bits = 0;
    while (2u << bits < size) {
        bits++;
    }
    MPU_RBAR = address;
    MPU_RASR = 1u << 28 | (is_only_for_code ? 3u << 24 : 0u) | bits << 1 | 1u; /* XN; nobody, or everybody */
#endif
    MPU_CTRL = 5u; /* on, with the default map behind it */
    __asm__ volatile("dsb\n\tisb" : : : "memory");
}

#else

void protect(const volatile void *start, uint32_t size, bool is_only_for_code)
{
    (void)start;
    (void)size;
    (void)is_only_for_code;
}

#endif
