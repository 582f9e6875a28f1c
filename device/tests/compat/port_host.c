/* Runs a program on this machine: the port, the log's region and the build id, which elsewhere the linker script gives. */
#include <unistd.h>

#include "compat.h"
#include "noinit/log_backend.h"
#include "noinit/noinit.h"

__asm__(".bss\n.balign 16\n.globl __noinit_log_start\n__noinit_log_start: .skip 8192\n.globl __noinit_log_end\n__noinit_log_end:\n.text\n");

extern const struct {
    uint32_t name_size, size, type;
    uint8_t name[4];
    uint8_t bytes[20];
} __noinit_build_id;
const __typeof__(__noinit_build_id) __noinit_build_id = {4, 20, 3, {'G', 'N', 'U'}, {0xb0, 1, 2, 3, 4, 5, 6, 7, 8, 9}};

uint32_t noinit_port_uptime_ms(void)
{
    static uint32_t calls;
    return ++calls;
}

uint32_t noinit_port_random(void)
{
    return 0x12345678u;
}

uint32_t noinit_port_reset_cause_read(void)
{
    return 0;
}

void noinit_port_reset_cause_clear(void)
{
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    (void)raw;
    return NOINIT_REASON_POWER_ON;
}

_Noreturn void noinit_port_reset(void)
{
    _exit(3);
}

const char *noinit_port_version(void)
{
    return "1.0.0";
}

const char *noinit_port_hardware(void)
{
    return "host";
}

void noinit_port_log_wake(void *thread)
{
    (void)thread;
}

void noinit_port_log_put(const uint8_t *bytes, uint32_t size)
{
    compat_write(bytes, size);
}

/* What a linker script and src/arch define; no program here crashes. */
uint32_t __noinit_stack_limit[1];
uint8_t __noinit_secret_start[1], __noinit_secret_end[1];
_Noreturn void noinit_stack_broken(void);
_Noreturn void noinit_arch_resume(void (*target)(void));
void noinit_arch_stay_masked(void);
void noinit_arch_open_memory(void);
void noinit_arch_place(void *capture);
void noinit_arch_registers(void *writer, const void *capture);
bool noinit_snapshot_entry(uint32_t reason);
_Noreturn void noinit_stack_broken(void)
{
    _exit(4);
}
_Noreturn void noinit_arch_resume(void (*target)(void))
{
    (void)target;
    _exit(4);
}
void noinit_arch_stay_masked(void)
{
}
void noinit_arch_open_memory(void)
{
}
void noinit_arch_place(void *capture)
{
    (void)capture;
}
void noinit_arch_registers(void *writer, const void *capture)
{
    (void)writer;
    (void)capture;
}
bool noinit_snapshot_entry(uint32_t reason)
{
    return reason != 0;
}

void compat_write(const uint8_t *bytes, uint32_t size)
{
    if (write(1, bytes, size) != (ssize_t)size) {
        _exit(2);
    }
}

_Noreturn void compat_end(int code)
{
    _exit(code);
}

#ifndef COMPAT_HAS_MAIN /* the program has */
int main(void)
{
    compat_end(compat_main());
}
#endif
