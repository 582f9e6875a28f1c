#include "logging/log_output.h"
