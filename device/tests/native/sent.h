/* What a start sends, record by record; and the usual ways in which boots begin and end. */
#ifndef SENT_H
#define SENT_H

#include "assembly.h"

/* Keys of docs/formats/reboot.md. */
enum { REASON, HARDWARE, RAW, UNEXPECTED, FIRST, LATER = 8, UPTIME = 12, UPTIME_HIGH, INTERVAL, TASK, PC };
enum { BOOT_RAW, WHOLE, COUNT, CRASHES, UNHEALTHY, OPERATING, OPERATING_HIGH, LAYOUT, FREQUENCY, BUILD, VERSION, HARDWARE_TEXT };

typedef struct {
    record_head_t head;
    uint32_t id; /* of the message */
    uint32_t size;
    uint8_t bytes[512]; /* of boots and reboots, */
    words_t words;      /* and what they say */
} sent_t;
#define SENT_MAX 64u
extern sent_t sent[SENT_MAX];
extern unsigned sent_count;

/* The next message, which is acknowledged or not; NULL where nothing is to be sent. */
const sent_t *take_one(uint32_t chunk_size, bool is_acknowledged);

/* All that there is, acknowledged. */
void send_all(void);

/* Of all that was sent; NULL where it was not. Twice is wrong. */
const sent_t *find_sent(uint32_t kind, uint32_t boot);
const uint32_t *reboot_of(uint32_t boot);
const uint32_t *boot_of(uint32_t boot);

int start(void);
int start_and_send(void);

/* Power comes up, `code` runs in boot 1, and the chip is reset by software. */
void run_boot_one(int (*code)(void));

/* A mark at an uptime; its lr is 0x100 behind its pc. */
void mark(uint32_t uptime, uint16_t reason, uint32_t pc);
bool has_mark(const uint32_t *words, uint32_t key, uint16_t reason, uint32_t pc, uint32_t uptime);

/* A copy of retained memory, and how many stores `code` makes on it as it is, which stays so. */
uint8_t *copy_retained(void);
void put_retained(const uint8_t *copy);
unsigned count_stores(int (*code)(void));

#endif
