#include "logging/log_core.h"
