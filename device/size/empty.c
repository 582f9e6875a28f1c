/* Start-up, linker script and the port functions without the SDK. */
int main(void);

int main(void)
{
    for (;;) {
    }
}
