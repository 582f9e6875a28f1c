/* What C++ adds to user_ends.c: assertions in templates, classes and lambdas, reasons of a namespace. */
#include "user_ends.c"

namespace inner {
NOINIT_REASON(UNEXPECTED, 18, MotorStalled, "The motor did not turn.");

template <typename T>
T checked(T value)
{
    NOINIT_ASSERT(value != T{}, "a template: %d", static_cast<int>(value));
    return value;
}

class Motor {
public:
    void turn(int rpm)
    {
        NOINIT_ASSERT_REASON(rpm < 9000, NOINIT_REASON_MotorStalled, "%d rpm", rpm);
        NOINIT_REBOOT_MARK(MotorStalled);
    }
};

void use_ends();
void use_ends()
{
    Motor().turn(checked(3));
    const auto later = [](int value) { NOINIT_ASSERT(value == 7, "in a lambda: %d", value); };
    later(checked(7));
}
} // namespace inner
