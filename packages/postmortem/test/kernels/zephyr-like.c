/*
 * A small kernel of our own whose data have Zephyr's shape: names and order of the members as its headers publish them, with the
 * same saved context. It is no Zephyr: only what a debugger reads is alike. VERSION 3: sleeping is suspended with a timeout.
 */
#include "../firmware/corpus.h"
#include <stddef.h>

#ifndef VERSION
#define VERSION 4
#endif
#define DUMMY 1u
#define PENDING 2u
#define SLEEPING 4u
#define SUSPENDED 16u
#define QUEUED 128u
#define STACK_WORDS 96
#define FILL 0xaaaaaaaau

typedef struct _dnode {
    struct _dnode *next, *prev;
} sys_dnode_t;
typedef struct {
    sys_dnode_t waitq;
} _wait_q_t;
struct _timeout {
    sys_dnode_t node;
    void (*fn)(struct _timeout *);
    int64_t dticks;
};
struct _thread_base {
    union {
        sys_dnode_t qnode_dlist;
        struct {
            void *left, *right;
        } qnode_rb;
    };
    _wait_q_t *pended_on;
    uint8_t user_options;
    uint8_t thread_state;
    union {
        struct {
            int8_t prio;
            uint8_t sched_locked;
        };
        uint16_t preempt;
    };
    void *swap_data;
    struct _timeout timeout;
};
struct _callee_saved {
    uint32_t v1, v2, v3, v4, v5, v6, v7, v8, psp;
};
struct _preempt_float {
    float s16, s17, s18, s19, s20, s21, s22, s23, s24, s25, s26, s27, s28, s29, s30, s31;
};
struct __thread_entry {
    void (*pEntry)(void *, void *, void *);
    void *parameter1, *parameter2, *parameter3;
};
struct _thread_stack_info {
    uintptr_t start;
    size_t size;
    size_t delta;
};
struct k_thread {
    struct _thread_base base;
    struct _callee_saved callee_saved;
    void *init_data;
    _wait_q_t join_queue;
    struct __thread_entry entry;
    struct k_thread *next_thread;
    char name[16];
    struct _thread_stack_info stack_info;
    struct {
        uint32_t basepri;
        uint32_t swap_return_value;
#ifdef __ARM_FP
        struct _preempt_float preempt_float;
        union {
            uint32_t mode;
            struct {
                uint8_t mode_bits, mode_exc_return;
                uint16_t mode_reserved2;
            };
        };
#endif
    } arch;
};
struct k_sem {
    _wait_q_t wait_q;
    unsigned int count, limit;
};
struct k_mutex {
    _wait_q_t wait_q;
    struct k_thread *owner;
    uint32_t lock_count;
};
struct _cpu {
    uint32_t nested;
    char *irq_stack;
    struct k_thread *current;
    struct k_thread *idle_thread;
};
struct z_kernel {
    struct _cpu cpus[1];
    struct {
        struct k_thread *cache;
    } ready_q;
    struct k_thread *threads;
};
struct z_kernel _kernel;

/* For debuggers without debug information. */
const size_t _kernel_thread_info_offsets[] __attribute__((used)) = {
    1,
    offsetof(struct z_kernel, cpus[0].current),
    offsetof(struct z_kernel, threads),
    offsetof(struct k_thread, entry),
    offsetof(struct k_thread, next_thread),
    offsetof(struct k_thread, base.thread_state),
    offsetof(struct k_thread, base.user_options),
    offsetof(struct k_thread, base.prio),
    offsetof(struct k_thread, callee_saved.psp),
    offsetof(struct k_thread, name),
    offsetof(struct k_thread, arch),
#ifdef __ARM_FP
    offsetof(struct k_thread, arch.preempt_float),
    0xffffffffu,
    offsetof(struct k_thread, arch.mode_exc_return),
#else
    0xffffffffu,
    0xffffffffu,
    0xffffffffu,
#endif
    0xffffffffu,
};

/* The application's. */
static struct k_sem frame_ready;
static struct {
    uint32_t errors;
    struct k_mutex lock;
} bus;
static uint32_t stacks[5][STACK_WORDS] __attribute__((aligned(8)));
static struct k_thread threads[5], dummy;
struct packet {
    uint16_t length;
    uint8_t bytes[6];
};
struct packet *volatile received = (struct packet *)0xf0000000u;

struct k_thread *switch_from(void)
{
    struct k_thread *self = _kernel.cpus[0].current;
    _kernel.cpus[0].current = self + 1;
    return self;
}

__attribute__((naked)) void SysTick_Handler(void)
{
    __asm__ volatile("push {r0, lr}\n bl switch_from\n pop {r1, lr}\n"
                     "mrs r12, psp\n add r1, r0, %0\n stmia r1, {r4-r11, r12}\n"
#ifdef __ARM_FP
                     "add r2, r0, %2\n strb lr, [r2]\n tst lr, #0x10\n add r2, r0, %3\n it eq\n vstmiaeq r2, {s16-s31}\n"
#endif
                     "add r0, r0, %1\n add r1, r0, %0\n ldmia r1, {r4-r11, r12}\n msr psp, r12\n"
#ifdef __ARM_FP
                     "orr lr, lr, #0x10\n"
#endif
                     "bx lr\n" ::"I"(offsetof(struct k_thread, callee_saved)),
                     "I"(sizeof(struct k_thread))
#ifdef __ARM_FP
                         ,
                     "I"(offsetof(struct k_thread, arch.mode_exc_return)), "I"(offsetof(struct k_thread, arch.preempt_float))
#endif
    );
}

static __attribute__((noipa)) void pend(_wait_q_t *queue)
{
    struct k_thread *self = _kernel.cpus[0].current;
    self->base.pended_on = queue;
    self->base.thread_state = PENDING;
    pend_systick();
}
__attribute__((noipa)) int k_sem_take(struct k_sem *sem)
{
    pend(&sem->wait_q);
    return 0;
}
__attribute__((noipa)) int k_mutex_lock(struct k_mutex *mutex)
{
    pend(&mutex->wait_q);
    return 0;
}
__attribute__((noipa)) void k_sleep(int64_t ticks)
{
    struct k_thread *self = _kernel.cpus[0].current;
    self->base.timeout.dticks = ticks;
    self->base.timeout.node.next = &self->base.timeout.node;
    self->base.thread_state = VERSION < 4 ? SUSPENDED : SLEEPING;
    pend_systick();
}

static void radio(void *a, void *b, void *c)
{
    (void)b, (void)c;
    int frames = (int)a;
#ifdef __ARM_FP
    register float gain __asm__("s18") = (float)frames / 4.0f;
    __asm__ volatile("" : "+t"(gain));
#endif
    k_sem_take(&frame_ready);
    __asm__ volatile("" ::"r"(frames));
    for (;;) {
    }
}
static void logger(void *a, void *b, void *c)
{
    (void)a, (void)b, (void)c;
    k_mutex_lock(&bus.lock);
    for (;;) {
    }
}
static void blinker(void *a, void *b, void *c)
{
    (void)a, (void)b, (void)c;
    k_sleep(500);
    for (;;) {
    }
}
static volatile int total;
static __attribute__((noipa)) int parse(struct packet *packet)
{
    return packet->bytes[1] + packet->length;
}
static void uplink(void *a, void *b, void *c)
{
    (void)a, (void)b, (void)c;
    total += parse(received);
    for (;;) {
    }
}
static void idle(void *a, void *b, void *c)
{
    (void)a, (void)b, (void)c;
    for (;;) {
    }
}
__attribute__((noinline, noreturn)) void z_thread_entry(void (*entry)(void *, void *, void *), void *a, void *b, void *c)
{
    entry(a, b, c);
    for (;;) {
    }
}

static void create(int number, const char *name, void (*entry)(void *, void *, void *), void *argument)
{
    struct k_thread *thread = &threads[number];
    uint32_t *stack = stacks[number];
    for (int i = 0; i < STACK_WORDS; i++) {
        stack[i] = FILL;
    }
    uint32_t *frame = stack + STACK_WORDS - 8;
    frame[0] = (uint32_t)entry;
    frame[1] = (uint32_t)argument;
    frame[5] = 0;
    frame[6] = (uint32_t)z_thread_entry & ~1u;
    frame[7] = 0x01000000u;
    thread->callee_saved.psp = (uint32_t)frame;
    thread->entry.pEntry = entry;
    thread->stack_info.start = (uintptr_t)stack;
    thread->stack_info.size = sizeof stacks[0];
    thread->base.thread_state = QUEUED;
    for (int i = 0; i < 15 && name[i] != 0; i++) {
        thread->name[i] = name[i];
    }
    thread->next_thread = _kernel.threads;
    _kernel.threads = thread;
}

int main(void)
{
    frame_ready.limit = 1;
    create(0, "radio", radio, (void *)42);
    create(1, "logger", logger, 0);
    create(2, "", blinker, 0);
    create(3, "uplink", uplink, 0);
    create(4, "idle", idle, 0);
    dummy.base.thread_state = DUMMY;
    dummy.next_thread = _kernel.threads;
    _kernel.threads = &dummy;
    bus.lock.owner = &threads[3];
    _kernel.cpus[0].current = &threads[0];
    register uint32_t r0 __asm__("r0") = (uint32_t)radio;
    register uint32_t r1 __asm__("r1") = 42;
    __asm__ volatile("msr psp, %0\n movs r3, #2\n msr control, r3\n isb\n movs r3, #0\n mov lr, r3\n bx %1" ::"r"(stacks[0] + STACK_WORDS),
                     "r"(z_thread_entry), "r"(r0), "r"(r1)
                     : "r3", "lr", "memory");
    __builtin_unreachable();
}
