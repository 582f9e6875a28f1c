/*
 * Filter words: three bits a slot. Slot 0 is the most verbose level that anybody wants, which is all that a log call looks at; slots 1 to
 * 9 are the back ends; bits 30 and 31 hold the ring's level, less one.
 */
#include <stddef.h>

#include "log/backend.h"
#include "noinit/arch.h"
#include "noinit/log_control.h"

#define SLOT_BITS 3u
#define SLOT_MASK 7u
#define RING_SHIFT 30u

/* Where the linker has the table; there is none where nothing is registered. */
extern const noinit_source_entry_t __start_noinit_sources[] __attribute__((weak));
extern const noinit_source_entry_t __stop_noinit_sources[] __attribute__((weak));

uint32_t noinit_log_source_count(void)
{
    return (uint32_t)(__stop_noinit_sources - __start_noinit_sources);
}

static const noinit_source_entry_t *entry_of(uint32_t source_id)
{
    return source_id < noinit_log_source_count() ? &__start_noinit_sources[source_id] : NULL;
}

const char *noinit_log_source_name(uint32_t source_id)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    return entry == NULL ? NULL : entry->name;
}

static bool is_same(const char *name, const char *other)
{
    while (*name != '\0' && *name == *other) {
        name++;
        other++;
    }
    return *name == *other;
}

int32_t noinit_log_source_find(const char *name)
{
    for (uint32_t id = 0; id < noinit_log_source_count(); id++) {
        const char *own = __start_noinit_sources[id].name;
        if (own != NULL && is_same(own, name)) {
            return (int32_t)id;
        }
    }
    return -1;
}

int32_t noinit_log_source_id(const noinit_source_t *source)
{
    for (uint32_t id = 0; id < noinit_log_source_count(); id++) {
        if (__start_noinit_sources[id].source == source) {
            return (int32_t)id;
        }
    }
    return -1;
}

const char *noinit_log_name_of(const noinit_source_t *source)
{
    const int32_t id = noinit_log_source_id(source);
    return id < 0 ? NULL : __start_noinit_sources[id].name;
}

static uint32_t aggregate(uint32_t word)
{
    uint32_t most = (word >> RING_SHIFT) + 1u;
    for (uint32_t slot = 1; slot <= NOINIT_LOG_BACKENDS_MAX; slot++) {
        const uint32_t level = word >> (SLOT_BITS * slot) & SLOT_MASK;
        if (level > most) {
            most = level;
        }
    }
    return (word & ~SLOT_MASK) | most;
}

static void change(noinit_source_t *source, uint32_t shift, uint32_t mask, uint32_t value)
{
    const uint32_t lock = noinit_arch_lock();
    source->filters = aggregate((source->filters & ~(mask << shift)) | value << shift);
    noinit_arch_unlock(lock);
}

void noinit_log_filter_change(noinit_source_t *source, uint32_t slot, uint32_t level)
{
    change(source, SLOT_BITS * slot, SLOT_MASK, level);
}

/* The level, or what is compiled in if that is less. */
static uint32_t clamped(const noinit_source_entry_t *entry, uint32_t level)
{
    return level < entry->level ? level : entry->level;
}

void noinit_log_filter_all(const noinit_log_backend_t *backend, uint32_t level)
{
    const uint32_t slot = noinit_log_backend_slot(backend);
    for (uint32_t id = 0; id < noinit_log_source_count(); id++) {
        const noinit_source_entry_t *entry = &__start_noinit_sources[id];
        noinit_log_filter_change(entry->source, slot, clamped(entry, level));
    }
}

static uint32_t set_one(const noinit_log_backend_t *backend, const noinit_source_entry_t *entry, uint32_t level)
{
    if (!noinit_log_backend_is_active(backend)) {
        return 0;
    }
    const uint32_t set = clamped(entry, level);
    noinit_log_filter_change(entry->source, noinit_log_backend_slot(backend), set);
    return set;
}

uint32_t noinit_log_filter_set(const noinit_log_backend_t *backend, uint32_t source_id, uint32_t level)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    if (entry == NULL) {
        return 0;
    }
    if (backend != NULL) {
        return set_one(backend, entry, level);
    }
    uint32_t most = 0;
    for (uint32_t i = 0; i < noinit_log_backend_count(); i++) {
        const uint32_t set = set_one(noinit_log_backend_get(i), entry, level);
        if (set > most) {
            most = set;
        }
    }
    return most;
}

uint32_t noinit_log_filter_get(const noinit_log_backend_t *backend, uint32_t source_id)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    if (entry == NULL) {
        return 0;
    }
    const uint32_t slot = backend == NULL ? 0u : noinit_log_backend_slot(backend);
    return entry->source->filters >> (SLOT_BITS * slot) & SLOT_MASK;
}

uint32_t noinit_log_compiled_level(uint32_t source_id)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    return entry == NULL ? 0u : entry->level;
}

uint32_t noinit_log_ring_level_set(uint32_t source_id, uint32_t level)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    if (entry == NULL || entry->level == 0) {
        return 0;
    }
    const uint32_t set = level == 0 ? 1u : clamped(entry, level);
    change(entry->source, RING_SHIFT, 3u, set - 1u);
    return set;
}

uint32_t noinit_log_ring_level_get(uint32_t source_id)
{
    const noinit_source_entry_t *entry = entry_of(source_id);
    return entry == NULL || entry->level == 0 ? 0u : (entry->source->filters >> RING_SHIFT) + 1u;
}
