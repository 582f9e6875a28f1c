/* Logs for ever, so that a reset strikes anywhere: short entries, long ones over several blocks, text. Each tells its own number. */
#include "board.h"
#include "noinit/log.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(soak);

int main(void);

int main(void)
{
    static uint8_t data[300];
    if (noinit_init() < 0) {
        qemu_exit(5);
    }
    for (uint32_t i = 0;; i++) {
        for (uint32_t k = 0; k < sizeof data; k++) {
            data[k] = (uint8_t)(i + k);
        }
        if (i % 16u == 5u) {
            NOINIT_HEXDUMP_INF(data, i % sizeof data, "dump %u", i);
        } else if (i % 16u == 11u) {
            NOINIT_INF("%u %s", i, i % 32u == 11u ? "a string that goes along" : "short");
        } else {
            NOINIT_INF("%u of %u", i, i * 2654435761u);
        }
    }
}
