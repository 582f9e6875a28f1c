#include "core/head.h"
#include "crash/crash_writer.h"
#include "crash/postcard.h"
#include "noinit/arch.h"
#include "noinit/crash.h"
#include "noinit/port.h"

void noinit_secure_fault(uint16_t reason, uint32_t pc)
{
    (void)noinit_arch_lock();
    if (noinit_is_open) {
        noinit_postcard_write(NOINIT_CRASH_FAULT, noinit_reboot_mark_from(reason, pc, 0), pc, 0, 0);
    }
    noinit_port_reset();
}
