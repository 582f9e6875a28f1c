#include "logging/log_msg.h"
