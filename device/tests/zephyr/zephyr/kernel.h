/*
 * Not Zephyr: declarations that look like its own where device/ports/zephyr looks, with the members in the order of its public headers
 * (kernel_structs.h, kernel/thread.h, arch/arm/thread.h, arch/riscv/thread.h and the exception.h of both) for the options below.
 */
#ifndef LOOK_ALIKE_KERNEL_H
#define LOOK_ALIKE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define CONFIG_THREAD_MONITOR 1
#define CONFIG_THREAD_NAME 1
#define CONFIG_THREAD_MAX_NAME_LEN 16
#define CONFIG_THREAD_STACK_INFO 1
#define CONFIG_EXTRA_EXCEPTION_INFO 1
#if defined(__ARM_FP)
#define CONFIG_FPU 1
#define CONFIG_FPU_SHARING 1
#define CONFIG_ARM_STORE_EXC_RETURN 1
#endif

struct k_thread;

typedef struct {
    struct k_thread *head, *tail;
} _wait_q_t;

struct _thread_base {
    void *qnode_dlist[2];
    _wait_q_t *pended_on;
    uint16_t user_options;
    uint16_t preempt;
    uint8_t thread_state;
    void *swap_data;
    void *timeout[4];
};

#if defined(__riscv)
struct _callee_saved {
    unsigned long sp, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
};
struct _thread_arch {
    uint8_t nothing;
};
struct arch_esf {
    unsigned long ra, t0, t1, t2, t3, t4, t5, t6, a0, a1, a2, a3, a4, a5, a6, a7, mepc, mstatus, s0;
    struct _callee_saved *csf;
} __attribute__((aligned(16)));
#else
struct _callee_saved {
    uint32_t v1, v2, v3, v4, v5, v6, v7, v8, psp;
};
struct _thread_arch {
    uint32_t basepri;
    uint32_t swap_return_value;
#if defined(CONFIG_FPU_SHARING)
    float preempt_float[16];
    uint8_t mode_bits;
    uint8_t mode_exc_return;
    uint16_t mode_reserved2;
#endif
};
struct arch_esf {
    struct {
        uint32_t a1, a2, a3, a4, ip, lr, pc, xpsr;
    } basic;
#if defined(CONFIG_FPU_SHARING)
    struct {
        uint32_t s[16];
        uint32_t fpscr;
        uint32_t undefined;
    } fpu;
#endif
    struct {
        struct _callee_saved *callee;
        uint32_t msp;
        uint32_t exc_return;
    } extra_info;
};

/* CMSIS. */
static inline uint32_t __get_IPSR(void)
{
    uint32_t ipsr;
    __asm__ volatile("mrs %0, ipsr" : "=r"(ipsr));
    return ipsr;
}
#endif

struct k_thread {
    struct _thread_base base;
    struct _callee_saved callee_saved;
    void *init_data;
    _wait_q_t join_queue;
    struct {
        void (*pEntry)(void *, void *, void *);
        void *parameter1, *parameter2, *parameter3;
    } entry;
    struct k_thread *next_thread;
    char name[CONFIG_THREAD_MAX_NAME_LEN];
    struct {
        uintptr_t start;
        size_t size;
        size_t delta;
    } stack_info;
    void *resource_pool;
    struct _thread_arch arch;
};

struct z_kernel {
    struct {
        uint32_t nested;
        char *irq_stack;
        struct k_thread *current;
        struct k_thread *idle_thread;
        uint8_t id;
    } cpus[1];
    struct k_thread *ready_q_cache;
    struct k_thread *threads;
};
extern struct z_kernel _kernel;

#endif
