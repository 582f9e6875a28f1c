/* The C side: the SDK on this machine takes what the Rust side logs, and sends it. */
#include <stdio.h>

#include "host.h"
#include "noinit/noinit.h"

NOINIT_LOG_REGISTER(c_side);

void log_frames(void);

int main(void)
{
    if (noinit_init() != NOINIT_OK) {
        return 1;
    }
    NOINIT_INF("before %d", 1);
    log_frames();
    NOINIT_INF("behind %d", 2);
    static uint8_t chunk[512];
    for (;;) {
        size_t size = sizeof chunk;
        if (!noinit_packetizer_get_chunk(chunk, &size)) {
            return 0;
        }
        printf("chunk ");
        for (size_t i = 0; i < size; i++) {
            printf("%02x", chunk[i]);
        }
        printf("\n");
    }
}
