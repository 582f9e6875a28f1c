/*
 * Zephyr's fatal errors end in a capture, with the registers as the exception found them: what the kernel's entry saved is put back, and the SDK's
 * own entry does the rest. Needs CONFIG_EXTRA_EXCEPTION_INFO; without it, and for errors without an exception, it is a panic of this function.
 */
#include <stddef.h>
#include <stdint.h>

#include <zephyr/fatal.h>
#include <zephyr/kernel.h>

#include "noinit/crash.h"

__attribute__((noreturn)) static void give_up(unsigned int reason)
{
    static char text[] = "Zephyr: fatal error 0";
    text[sizeof text - 2u] = (char)('0' + (reason < 10u ? reason : 9u));
    noinit_panic(text, sizeof text - 1u);
}

static const char *name_of_current(void)
{
#if defined(CONFIG_THREAD_NAME)
    return _kernel.cpus[0].current != NULL ? _kernel.cpus[0].current->name : NULL;
#else
    return NULL;
#endif
}

#if defined(CONFIG_EXTRA_EXCEPTION_INFO) && defined(__arm__)

#define SVCALL 11u

/* r4 to r11, the stack pointer at the exception, and EXC_RETURN: with the frame that still stands there, all that an entry finds. */
__attribute__((noreturn)) void noinit_zephyr_enter(const struct _callee_saved *saved, uint32_t msp, uint32_t exc_return);
__asm__("    .syntax unified\n"
        "    .pushsection .text.noinit_zephyr_enter,\"ax\",%progbits\n"
        "    .balign 4\n"
        "    .global noinit_zephyr_enter\n"
        "    .type noinit_zephyr_enter, %function\n"
        "    .thumb_func\n"
        "noinit_zephyr_enter:\n"
        "    mov lr, r2\n"
        "    msr msp, r1\n"
        "    mov r12, r0\n"
        "    adds r0, #16\n"
        "    ldmia r0!, {r4-r7}\n"
        "    mov r8, r4\n"
        "    mov r9, r5\n"
        "    mov r10, r6\n"
        "    mov r11, r7\n"
        "    mov r0, r12\n"
        "    ldmia r0!, {r4-r7}\n"
        "    ldr r0, 1f\n"
        "    bx r0\n"
        "    .balign 4\n"
        "1:  .word noinit_fault_entry\n"
        "    .popsection\n");

static void capture(unsigned int reason, const struct arch_esf *esf)
{
    if (esf->extra_info.callee == NULL || esf->extra_info.exc_return == 0) {
        return;
    }
    if (reason == K_ERR_STACK_CHK_FAIL) {
        if (__get_IPSR() == SVCALL) {
            noinit_stack_overflow(name_of_current()); /* a check in software */
        }
#if defined(CONFIG_THREAD_STACK_INFO)
        noinit_stack_guard((const volatile void *)(_kernel.cpus[0].current->stack_info.start - 64u), 64u);
#endif
    }
    /* Above it the kernel's handler lies, which is not needed any more. */
    noinit_zephyr_enter(esf->extra_info.callee, esf->extra_info.msp, esf->extra_info.exc_return);
}

#elif defined(CONFIG_EXTRA_EXCEPTION_INFO) && defined(__riscv)

__attribute__((used)) uint32_t noinit_zephyr_registers[32];

/* mepc, mcause and mtval are still the exception's. */
__attribute__((noreturn)) static void enter(void)
{
    __asm__ volatile("la t0, noinit_zephyr_registers\n\t"
                     ".irp n,1,2,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
                     "lw x\\n, 4*\\n(t0)\n\t"
                     ".endr\n\t"
                     "lw t0, 20(t0)\n\t"
                     "j noinit_fault_entry"
                     :
                     :
                     : "memory");
    __builtin_unreachable();
}

static void capture(unsigned int reason, const struct arch_esf *esf)
{
    if (esf->csf == NULL) {
        return;
    }
    if (reason == K_ERR_STACK_CHK_FAIL) {
        noinit_stack_overflow(name_of_current());
    }
    const struct _callee_saved *const s = esf->csf;
    const unsigned long values[32] = {
        0,      esf->ra, (unsigned long)(esf + 1), 0,       0,       esf->t0, esf->t1, esf->t2, esf->s0, s->s1,   esf->a0,
        esf->a1, esf->a2, esf->a3,                  esf->a4, esf->a5, esf->a6, esf->a7, s->s2,   s->s3,   s->s4,   s->s5,
        s->s6,   s->s7,   s->s8,                    s->s9,   s->s10,  s->s11,  esf->t3, esf->t4, esf->t5, esf->t6,
    };
    for (uint32_t i = 0; i < 32u; i++) {
        noinit_zephyr_registers[i] = (uint32_t)values[i];
    }
#if defined(CONFIG_USERSPACE)
    noinit_zephyr_registers[2] = (uint32_t)esf->sp;
#endif
    enter();
}

#else

static void capture(unsigned int reason, const struct arch_esf *esf)
{
    (void)esf;
    if (reason == K_ERR_STACK_CHK_FAIL) {
        noinit_stack_overflow(name_of_current());
    }
}

#endif

/* The kernel has a weak one. */
void k_sys_fatal_error_handler(unsigned int reason, const struct arch_esf *esf)
{
    if (esf != NULL) {
        capture(reason, esf);
    }
    give_up(reason);
}
