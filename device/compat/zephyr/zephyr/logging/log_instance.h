#include "logging/log_instance.h"
