#include "core/crc.h"
#include "core/head.h"
#include "noinit/port.h"

#if NOINIT_LINEAGE_STORE

static uint32_t check_of(const noinit_lineage_t *lineage)
{
    return noinit_crc32(NOINIT_LAYOUT, lineage, offsetof(noinit_lineage_t, crc));
}

void noinit_lineage_load(void)
{
    noinit_lineage_t kept;
    noinit_head.origin.key.lineage = noinit_port_random();
    if (noinit_port_lineage_load(&kept) && kept.crc == check_of(&kept)) {
        /* How many message ids were given is not known: begin anywhere, so that one is hardly given again while its message is still wanted. */
        noinit_head.messages = noinit_head.origin.key.lineage;
        noinit_head.origin.key.lineage = kept.lineage;
        noinit_head.origin.key.boot = kept.boot;
    }
}

void noinit_lineage_keep(void)
{
    noinit_lineage_t kept = {noinit_head.origin.key.lineage, noinit_head.origin.key.boot, 0};
    kept.crc = check_of(&kept);
    noinit_port_lineage_store(&kept);
}

#else
typedef int noinit_lineage_is_not_stored;
#endif
