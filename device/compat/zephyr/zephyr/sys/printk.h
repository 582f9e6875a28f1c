#include "sys/printk.h"
