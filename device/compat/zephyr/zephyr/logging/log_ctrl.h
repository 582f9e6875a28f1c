#include "logging/log_ctrl.h"
