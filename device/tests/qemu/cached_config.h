/* What a project on a Cortex-M7 with its data cache on puts into its configuration: order between stores, and lines that are cleaned. */
#include <stdint.h>

#define NOINIT_ARCH_PUBLISH() __asm__ volatile("dmb" ::: "memory")
#define NOINIT_ARCH_FLUSH(address, size) clean_data_cache((uintptr_t)(address), (size))

/* By address to the point of coherency, line by line: DCCMVAC. */
static inline void clean_data_cache(uintptr_t address, uint32_t size)
{
    __asm__ volatile("dsb" ::: "memory");
    for (uintptr_t line = address & ~(uintptr_t)31u; line < address + size; line += 32u) {
        *(volatile uint32_t *)0xe000ef68u = (uint32_t)line;
    }
    __asm__ volatile("dsb" ::: "memory");
}
