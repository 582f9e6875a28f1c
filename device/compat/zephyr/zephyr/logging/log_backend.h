#include "logging/log_backend.h"
