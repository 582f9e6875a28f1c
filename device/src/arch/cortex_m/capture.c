/* What a capture reads on Cortex-M: the exception's frame, the fault's status, the registers. */
#include <stdbool.h>
#include <stddef.h>

#include "arch/cortex_m/context.h"
#include "crash/capture.h"
#include "crash/stack.h"
#include "noinit/reboot.h"

/* Linker script: RAM that may be read, and the main stack's two ends. */
extern uint32_t __noinit_ram_start[];
extern uint32_t __noinit_ram_end[];
extern uint32_t __noinit_stack_limit[];
extern uint32_t __stack[];

#define KNOWN_CORE 0x1ffffu
/* r12 carries the entry through its first instructions. */
#define KNOWN_AT_CALL (KNOWN_CORE & ~(1u << NOINIT_CM_R12))
/* What the hardware did not stack is still in the registers: r4 to r11. */
#define KNOWN_WITHOUT_FRAME 0x0ff0u

/* The system control space; its registers are told by their offset. */
#define SCS(offset) (*(volatile uint32_t *)(0xe000e000u + (offset)))
#define NVIC_ISER0 0x100u
#define NVIC_ISPR0 0x200u
#define NVIC_IABR0 0x300u
#define CPUID 0xd00u
#define ICSR 0xd04u
#define VTOR 0xd08u
#define CCR 0xd14u
#define SHCSR 0xd24u
#define CFSR 0xd28u
#define HFSR 0xd2cu
#define DFSR 0xd30u
#define MMFAR 0xd34u
#define BFAR 0xd38u
#define AFSR 0xd3cu
#define CPACR 0xd88u
#define MPU_TYPE 0xd90u
#define MPU_CTRL 0xd94u
#define SFSR 0xde4u
#define SFAR 0xde8u
#define FPCCR 0xf34u
#define FPCAR 0xf38u

#define CFSR_MMARVALID (1u << 7)
#define CFSR_BFARVALID (1u << 15)
/* MSTKERR, STKERR and STKOF: the hardware could not write the exception frame. */
#define CFSR_NOT_STACKED (1u << 4 | 1u << 12 | 1u << 20)
#define HFSR_SENT 0xc0000000u /* DEBUGEVT, FORCED */
#define HFSR_VECTTBL (1u << 1)
#define POSTCARD_VECTTBL_SHIFT 28u
#define CCR_BFHFNMIGN (1u << 8)
#define FPCCR_TS (1u << 26)
#define EXCEPTION_NMI 2u

#define EXC_RETURN_SECURE 1u
#define EXC_RETURN_PSP 4u
#define EXC_RETURN_NO_FP 16u
#define XPSR_PADDED (1u << 9)
#define XPSR_SFPA (1u << 20)
#define XPSR_EXCEPTION 0x1ffu

#define FRAME_BYTES 32u
#define FP_FRAME_BYTES 104u
#define FP_FRAME_SECURE_BYTES 168u

/* A main stack has been overrun by at most so much. */
#define OVERRUN 4096u

#define context noinit_cm_context

void noinit_arch_open_memory(void)
{
    context.ccr = SCS(CCR);
#if NOINIT_CM_HAS_FAULT_STATUS
    SCS(CCR) = context.ccr | CCR_BFHFNMIGN;
#endif
    context.mpu_ctrl = SCS(MPU_TYPE) != 0 ? SCS(MPU_CTRL) : 0u;
    if (context.mpu_ctrl != 0) {
        SCS(MPU_CTRL) = 0;
    }
    __asm__ volatile("dsb\n\tisb" : : : "memory");
}

void noinit_cm_close_memory(void)
{
    if (context.mpu_ctrl != 0) {
        SCS(MPU_CTRL) = context.mpu_ctrl;
    }
#if NOINIT_CM_HAS_FAULT_STATUS
    SCS(CCR) = context.ccr;
#endif
    __asm__ volatile("dsb\n\tisb" : : : "memory");
}

static bool is_in_ram(uint32_t address, uint32_t size)
{
    const uint32_t offset = address - (uint32_t)__noinit_ram_start;
    return (address & 3u) == 0 && offset <= (uint32_t)__noinit_ram_end - (uint32_t)__noinit_ram_start - size;
}

/* Where the exception's frame is, or would be. */
static uint32_t frame_of_exception(void)
{
    return context.special[(context.special[NOINIT_CM_EXC_RETURN] & EXC_RETURN_PSP) != 0 ? NOINIT_CM_PSP : NOINIT_CM_MSP];
}

static uint32_t frame_size(void)
{
#ifdef __ARM_FP
    if ((context.special[NOINIT_CM_EXC_RETURN] & EXC_RETURN_NO_FP) == 0) {
#if NOINIT_CM_HAS_LIMITS
        return (SCS(FPCCR) & FPCCR_TS) != 0 ? FP_FRAME_SECURE_BYTES : FP_FRAME_BYTES;
#else
        return FP_FRAME_BYTES;
#endif
    }
#endif
    return FRAME_BYTES;
}

typedef struct {
    uint32_t word[4];
} four_t;
typedef struct {
    uint32_t word[3];
} three_t;

/* Puts the registers back as they were before the exception, as far as its frame says. */
static void undo_exception(uint32_t frame, bool is_stacked)
{
    uint32_t *const core = context.core;
    const uint32_t size = frame_size();
    core[NOINIT_CM_SP] = frame;
    context.known_core = KNOWN_WITHOUT_FRAME;
    if (is_stacked && is_in_ram(frame, size)) {
        const uint32_t *words = (const uint32_t *)frame;
        *(four_t *)core = *(const four_t *)words;
        core[NOINIT_CM_R12] = words[4];
        *(three_t *)(core + NOINIT_CM_LR) = *(const three_t *)(words + 5);
        core[NOINIT_CM_SP] = frame + size + ((words[7] & XPSR_PADDED) >> 7);
        core[NOINIT_CM_XPSR] &= ~(XPSR_PADDED | XPSR_SFPA); /* the stacked word's own */
        context.known_core = KNOWN_CORE;
    }
}

/* Gives whether the stack was the main one. */
static bool place_exception(noinit_capture_t *capture)
{
    const uint32_t frame = frame_of_exception();
    const bool is_main = frame == context.special[NOINIT_CM_MSP];
    /* The main stack went beyond its end before, and nobody saw it. */
    bool is_overflow = is_main && (uint32_t)__noinit_stack_limit - frame - 1u < OVERRUN;
    capture->exception = context.core[NOINIT_CM_XPSR] & XPSR_EXCEPTION;
#if NOINIT_CM_HAS_FAULT_STATUS
    const uint32_t cfsr = SCS(CFSR);
    const uint32_t hfsr = SCS(HFSR);
    undo_exception(frame, (cfsr & CFSR_NOT_STACKED) == 0);
    capture->fault_bits = cfsr | (hfsr & HFSR_SENT) | (hfsr & HFSR_VECTTBL) << POSTCARD_VECTTBL_SHIFT;
    /* Its frame could not be written, or what was accessed lies beyond it. */
    if ((cfsr & CFSR_NOT_STACKED) != 0 ||
        ((cfsr & (CFSR_MMARVALID | CFSR_BFARVALID)) != 0 &&
         noinit_crash_is_beyond_stack((cfsr & CFSR_MMARVALID) != 0 ? SCS(MMFAR) : SCS(BFAR), context.core[NOINIT_CM_SP]))) {
        is_overflow = true;
    }
#else
    undo_exception(frame, true);
#endif
    if (capture->cause == NOINIT_CRASH_FAULT) {
        if (is_overflow) {
            capture->cause = NOINIT_CRASH_STACK_OVERFLOW;
            capture->reason = NOINIT_REASON_STACK_OVERFLOW;
        } else if (capture->exception == EXCEPTION_NMI) {
            capture->reason = NOINIT_REASON_NMI;
        }
    }
    return is_main;
}

void noinit_arch_place(noinit_capture_t *capture)
{
    uint32_t *const core = context.core;
    bool is_main;
    if (capture->kind->is_exception) {
        is_main = place_exception(capture);
    } else {
        is_main = context.sp == context.special[NOINIT_CM_MSP];
        /* The return address minus 2 lies inside the call instruction, whatever its length. */
        core[NOINIT_CM_PC] = (core[NOINIT_CM_LR] & ~1u) - 2u;
        context.known_core = KNOWN_AT_CALL;
    }
    if (context.known_core != KNOWN_WITHOUT_FRAME) {
        capture->pc = core[NOINIT_CM_PC];
        capture->lr = core[NOINIT_CM_LR];
    }
    const uint32_t sp = core[NOINIT_CM_SP] & ~3u;
    const uint32_t end = is_main && sp <= (uint32_t)__stack ? (uint32_t)__stack : (uint32_t)__noinit_ram_end;
    capture->stack = sp < (uint32_t)__noinit_ram_start ? (uint32_t)__noinit_ram_start : sp > end ? end : sp;
    capture->stack_end = end;
    /* A handler was interrupted, or called: what it interrupted may be a thread with a stack of its own. */
    const uint32_t psp = context.special[NOINIT_CM_PSP];
    if ((core[NOINIT_CM_XPSR] & XPSR_EXCEPTION) != 0 && is_main && is_in_ram(psp, NOINIT_CRASH_THREAD_STACK_BYTES)) {
        capture->other_stack = psp;
    }
}

/* Words of the system control space, by their offsets. */
static void put_system(noinit_crash_writer_t *writer, uint8_t set, uint32_t known, const uint16_t *offsets, uint32_t count)
{
    noinit_crash_open_registers(writer, set, known, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t word = 0;
        if ((known & 1u << i) != 0) {
            word = offsets[i] == MPU_CTRL ? context.mpu_ctrl : offsets[i] == CCR ? context.ccr : SCS(offsets[i]);
        }
        noinit_cbor_raw(&writer->cbor, &word, 4);
    }
    noinit_crash_close_item(writer);
}

static void put_fault_status(noinit_crash_writer_t *writer)
{
    static const uint16_t OFFSETS[] = {ICSR, SHCSR, CFSR, HFSR, DFSR, MMFAR, BFAR, AFSR};
#if NOINIT_CM_HAS_FAULT_STATUS
    const uint32_t cfsr = SCS(CFSR);
    uint32_t known = 0x9fu;
    known |= (cfsr & CFSR_MMARVALID) != 0 ? 1u << 5 : 0u;
    known |= (cfsr & CFSR_BFARVALID) != 0 ? 1u << 6 : 0u;
    put_system(writer, 3, known, OFFSETS, 8);
#else
    put_system(writer, 3, 1, OFFSETS, 1);
#endif
}

/* What the architecture has. */
#define KNOWN_V6M (1u << 0 | 1u << 2 | 1u << 6 | 1u << 9 | 1u << 10)
#if !NOINIT_CM_HAS_FAULT_STATUS
#define KNOWN_SYSTEM KNOWN_V6M
#else
#define KNOWN_V7M (KNOWN_V6M | 1u << 1 | 1u << 3 | 1u << 11)
#ifdef __ARM_FP
#define KNOWN_FP (1u << 4 | 1u << 5)
#else
#define KNOWN_FP 0u
#endif
#define KNOWN_SYSTEM (KNOWN_V7M | KNOWN_FP)
#endif
/* SFSR and SFAR: only where the fault was taken in the secure world, which alone can read them. */
#define KNOWN_SECURE (1u << 7 | 1u << 8)

#ifdef __ARM_FP
/*
 * s0 to s15 and fpscr of a lazily stacked frame are written by the first floating-point instruction of the handler: the one below. From
 * then on the frame holds them; s16 to s31 are still in the registers.
 */
static void put_floating_point(noinit_crash_writer_t *writer, bool is_exception)
{
    static uint32_t words[16];
    const bool is_active = is_exception ? context.known_core == KNOWN_CORE && (context.special[NOINIT_CM_EXC_RETURN] & EXC_RETURN_NO_FP) == 0
                                        : (context.special[NOINIT_CM_CONTROL] & 4u) != 0;
    if (!is_active || (SCS(CPACR) & (3u << 20)) == 0) {
        return;
    }
    uint32_t fpscr;
    __asm__ volatile("vmrs %0, fpscr\n\tvstmia %1, {s0-s15}" : "=&r"(fpscr) : "r"(words) : "memory");
    const uint32_t *low = words;
    if (is_exception) {
        low = (const uint32_t *)frame_of_exception() + FRAME_BYTES / 4u;
        fpscr = low[16];
    }
    noinit_crash_open_registers(writer, 4, 0xffffffffu, 33);
    noinit_cbor_raw(&writer->cbor, low, sizeof words);
    __asm__ volatile("vstmia %0, {s16-s31}" : : "r"(words) : "memory");
    noinit_cbor_raw(&writer->cbor, words, sizeof words);
    noinit_cbor_raw(&writer->cbor, &fpscr, 4);
    noinit_crash_close_item(writer);
}
#endif

void noinit_arch_registers(noinit_crash_writer_t *writer, const noinit_capture_t *capture)
{
    static const uint16_t OFFSETS[] = {CPUID, VTOR, CCR, CPACR, FPCCR, FPCAR, MPU_CTRL, SFSR, SFAR, NVIC_ISER0, NVIC_ISPR0, NVIC_IABR0};
    const bool is_exception = capture->kind->is_exception;
    noinit_crash_registers(writer, 1, context.known_core, context.core, 17);
    /* MSP, PSP, CONTROL, PRIMASK; BASEPRI and FAULTMASK; EXC_RETURN where there is one; the limits. */
    const uint32_t known = 0x0fu | (NOINIT_CM_HAS_FAULT_STATUS ? 0x30u : 0u) | (is_exception ? 0x40u : 0u) | (NOINIT_CM_HAS_LIMITS ? 0x180u : 0u);
    noinit_crash_registers(writer, 2, known, context.special, NOINIT_CM_HAS_LIMITS ? 9 : 7);
    put_fault_status(writer);
#ifdef __ARM_FP
    put_floating_point(writer, is_exception);
#endif
    uint32_t known_system = KNOWN_SYSTEM;
#if NOINIT_CM_HAS_LIMITS
    known_system |= is_exception && (context.special[NOINIT_CM_EXC_RETURN] & EXC_RETURN_SECURE) != 0 ? KNOWN_SECURE : 0u;
#endif
    put_system(writer, 5, known_system, OFFSETS, 12);
}
