/* Instances of a module: a source of their own in each object. */
#ifndef NOINIT_ZEPHYR_LOG_INSTANCE_H
#define NOINIT_ZEPHYR_LOG_INSTANCE_H

#include "logging/log_core.h"

/* A member of the object's struct. */
#define LOG_INSTANCE_PTR_DECLARE(_name) NOINIT_LOG_INSTANCE_POINTER(_name)

/* At file level; the semicolon is part of it, as it is there. */
#define LOG_INSTANCE_REGISTER(_module_name, _inst_name, _level) NOINIT_LOG_INSTANCE_REGISTER(_module_name, _inst_name, _level);

/* In the object's initialiser; the comma is part of it. */
#define LOG_INSTANCE_PTR_INIT(_name, _module_name, _inst_name) NOINIT_LOG_INSTANCE_INIT(_name, _module_name, _inst_name),
#define LOG_INSTANCE_PTR(_module_name, _inst_name) NOINIT_LOG_INSTANCE(_module_name, _inst_name)

#endif
