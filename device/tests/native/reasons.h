/* A project's reasons, as its own header has them. */
#ifndef REASONS_H
#define REASONS_H

#include <noinit/noinit.h>

NOINIT_REASON(UNEXPECTED, 17, ValveStuck, "The valve did not move.");
NOINIT_REASON(EXPECTED, 1, Calibrated, "Restart with the new calibration.");
NOINIT_REASON(UNEXPECTED, 255, Last, "");
#ifdef ONE_MORE
NOINIT_REASON(EXPECTED, ONE_MORE);
#endif

#endif
