/* Puts a hook behind every store into retained memory. */
#ifndef STORE_HOOK_H
#define STORE_HOOK_H

void after_store(void);

/* Volatile, so that the compiler keeps each store, in this order. */
#define NOINIT_STORE(place, value) (*(volatile __typeof__(place) *)&(place) = (value), after_store())

#endif
