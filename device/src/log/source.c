#include "noinit/log_site.h"

/* Every slot at debug. */
const noinit_source_t noinit_log_all = {0xe4924924u};
