/* What C++ adds to user_file.c: templates, classes, namespaces, inline functions, lambdas, scoped enumerations. */
#include "user_file.c"

namespace inner {
NOINIT_LOG_REGISTER(in_namespace, NOINIT_LEVEL_DBG);

template <typename T>
void log_twice(T value)
{
    NOINIT_INF("a template: %d", static_cast<int>(value));
    NOINIT_DBG("%s %d", "text", static_cast<int>(value));
}

class Motor {
public:
    inline void turn(int rpm)
    {
        NOINIT_WRN("stalled at %d rpm", rpm);
        NOINIT_INF("%s %.*s", name, 2, name);
    }

private:
    const char *name = "left";
};

enum class Mode : uint8_t { OFF, ON };
enum Plain { FIRST, SECOND };

void use_cpp();
void use_cpp()
{
    log_twice(1);
    log_twice(2L);
    Motor().turn(3);
    NOINIT_INF("%d %d %p", static_cast<int>(Mode::ON), SECOND, static_cast<void *>(nullptr));
    NOINIT_INF("%d %c %f %lld", true, 'x', 1.5, -5LL);
    const auto later = [](int value) { NOINIT_INF("in a lambda: %d", value); };
    later(7);
    NOINIT_HEXDUMP_INF("abc", 3u, "%d", 1);
}
} // namespace inner
