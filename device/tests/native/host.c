#include "host.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "noinit/noinit.h"
/* The processor that a capture finds: one more file would have to be named by everyone who names this one. */
#include "host_arch.c"
#include "store_hook.h"

#define CUT_EXIT 77

uint32_t host_uptime_ms = 1000;
uint32_t host_random = 0x12345678;
uint16_t host_reset_reason = NOINIT_REASON_POWER_ON;
uint32_t host_reset_raw = 1;
void (*host_interrupt)(void);
const char *host_version = "1.2.3";
const char *host_hardware = "host";

/* As the linker leaves it: the GNU build id's ELF note. */
struct {
    uint32_t name_size, size, type;
    uint8_t name[4];
    uint8_t bytes[32];
} __noinit_build_id = {4, HOST_BUILD_ID_SIZE, 3, {'G', 'N', 'U'}, {0xb0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}};
uint8_t *const host_build = __noinit_build_id.bytes;

uint32_t noinit_port_uptime_ms(void)
{
    return host_uptime_ms;
}

uint32_t noinit_port_random(void)
{
    return host_random;
}

/* The raw value holds the reason as well: a cleared register says nothing. */
uint32_t noinit_port_reset_cause_read(void)
{
    if (host_interrupt != NULL) {
        host_interrupt();
    }
    return host_reset_raw;
}

void noinit_port_reset_cause_clear(void)
{
    host_reset_raw = 0;
}

uint16_t noinit_port_reset_cause_decode(uint32_t raw)
{
    return raw == 0 ? NOINIT_REASON_UNKNOWN : host_reset_reason;
}

void host_reset(uint16_t reason, uint32_t raw)
{
    host_reset_reason = reason;
    host_reset_raw = raw;
}

void host_power_on(void)
{
    memset(host_retained(), 0x99, host_retained_size());
    host_reset(NOINIT_REASON_POWER_ON, 1);
}

const char *noinit_port_version(void)
{
    return host_version;
}

const char *noinit_port_hardware(void)
{
    return host_hardware;
}

#if NOINIT_LINEAGE_STORE
/* A page of flash: shared by the processes, and not lost with RAM. */
static noinit_lineage_t *flash(void)
{
    static noinit_lineage_t *page;
    if (page == NULL) {
        page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    return page;
}

void *host_flash(void)
{
    return flash();
}

bool noinit_port_lineage_load(noinit_lineage_t *lineage)
{
    *lineage = *flash();
    return lineage->boot != 0;
}

void noinit_port_lineage_store(const noinit_lineage_t *lineage)
{
    *flash() = *lineage;
}
#endif

/* Between these the linker puts the section .noinit (host.ld). */
extern uint8_t __noinit_start[], __noinit_end[];

uint32_t host_retained_size(void)
{
    return (uint32_t)(__noinit_end - __noinit_start);
}

static unsigned stores_left;

/* What the processes share: a child writes its retained memory there as it ends, and behind it the reset-cause register. */
static uint8_t *shared(void)
{
    static uint8_t *memory;
    if (memory == NULL) {
        memory = mmap(NULL, host_retained_size() + sizeof host_reset_raw, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    return memory;
}

static void keep(void)
{
    memcpy(shared(), __noinit_start, host_retained_size());
    memcpy(shared() + host_retained_size(), &host_reset_raw, sizeof host_reset_raw);
}

_Noreturn void noinit_port_reset(void)
{
    keep();
    _exit(HOST_RESET_EXIT);
}

uint8_t *host_retained(void)
{
    return shared();
}

static int run(unsigned cut, int (*code)(void))
{
    uint8_t *const memory = shared();
    const pid_t child = fork();
    if (child == 0) {
        memcpy(__noinit_start, memory, host_retained_size());
        stores_left = cut;
        const int result = code();
        stores_left = 0;
        keep();
        _exit(result);
    }
    int status = 0;
    (void)waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
        memcpy(&host_reset_raw, memory + host_retained_size(), sizeof host_reset_raw);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

void after_store(void)
{
    if (stores_left != 0 && --stores_left == 0) {
        keep();
        _exit(CUT_EXIT);
    }
}

int host_run(int (*code)(void))
{
    return run(0, code);
}

bool host_run_until_store(unsigned n, int (*code)(void))
{
    return run(n, code) == CUT_EXIT;
}
