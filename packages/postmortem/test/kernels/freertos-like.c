/*
 * A small kernel of our own whose data have FreeRTOS's shape: names and order of the members as its headers publish them, with the
 * same saved context. It is no FreeRTOS: only what a debugger reads is alike. OLD: version 8's names. CORES: SMP's array.
 */
#include "../firmware/corpus.h"

#ifndef CORES
#define CORES 1
#endif
#define PRIORITIES 3
#define MAX_DELAY 0xffffffffu
#define FILL 0xa5a5a5a5u

typedef uint32_t StackType_t;
typedef uint32_t TickType_t;
typedef long BaseType_t;
typedef unsigned long UBaseType_t;

struct xLIST;
typedef struct xLIST_ITEM {
#ifdef INTEGRITY
    TickType_t xListItemIntegrityValue1;
#endif
    TickType_t xItemValue;
    struct xLIST_ITEM *pxNext;
    struct xLIST_ITEM *pxPrevious;
    void *pvOwner;
#ifdef OLD
    void *pvContainer;
#define pxContainer pvContainer
#else
    struct xLIST *pxContainer;
#endif
#ifdef INTEGRITY
    TickType_t xListItemIntegrityValue2;
#endif
} ListItem_t;

#ifdef OLD
typedef ListItem_t MiniListItem_t;
#else
typedef struct xMINI_LIST_ITEM {
#ifdef INTEGRITY
    TickType_t xListItemIntegrityValue;
#endif
    TickType_t xItemValue;
    struct xLIST_ITEM *pxNext;
    struct xLIST_ITEM *pxPrevious;
} MiniListItem_t;
#endif

typedef struct xLIST {
#ifdef INTEGRITY
    TickType_t xListIntegrityValue1;
#endif
    volatile UBaseType_t uxNumberOfItems;
    ListItem_t *pxIndex;
    MiniListItem_t xListEnd;
#ifdef INTEGRITY
    TickType_t xListIntegrityValue2;
#endif
} List_t;

typedef struct tskTaskControlBlock {
    volatile StackType_t *pxTopOfStack;
#ifdef OLD
    ListItem_t xGenericListItem;
#define xStateListItem xGenericListItem
#else
    ListItem_t xStateListItem;
#endif
    ListItem_t xEventListItem;
    UBaseType_t uxPriority;
    StackType_t *pxStack;
    char pcTaskName[12];
#ifdef HIGH_ADDRESS
    StackType_t *pxEndOfStack;
#endif
    volatile uint32_t ulNotifiedValue[1];
    volatile uint8_t ucNotifyState[1];
} TCB_t;

typedef struct QueueDefinition {
    int8_t *pcHead;
    int8_t *pcWriteTo;
    union {
        struct { int8_t *pcTail, *pcReadFrom; } xQueue;
        struct { TCB_t *xMutexHolder; UBaseType_t uxRecursiveCallCount; } xSemaphore;
    } u;
    List_t xTasksWaitingToSend;
    List_t xTasksWaitingToReceive;
    volatile UBaseType_t uxMessagesWaiting;
    UBaseType_t uxLength;
    UBaseType_t uxItemSize;
} Queue_t;
typedef struct EventGroupDef_t {
    TickType_t uxEventBits;
    List_t xTasksWaitingForBits;
} EventGroup_t;
#ifdef OLD
typedef void *QueueHandle_t;
#else
typedef struct QueueDefinition *QueueHandle_t;
#endif

#if CORES > 1
TCB_t *volatile pxCurrentTCBs[CORES];
#define CURRENT pxCurrentTCBs[0]
#else
TCB_t *volatile pxCurrentTCB;
#define CURRENT pxCurrentTCB
#endif
static List_t pxReadyTasksLists[PRIORITIES];
static List_t xDelayedTaskList1, xDelayedTaskList2, xPendingReadyList, xTasksWaitingTermination, xSuspendedTaskList;
static volatile UBaseType_t uxCurrentNumberOfTasks;
static volatile TickType_t xTickCount = 4200;
static volatile BaseType_t xSchedulerRunning;

typedef struct { const char *pcQueueName; QueueHandle_t xHandle; } QueueRegistryItem_t;
QueueRegistryItem_t xQueueRegistry[2];

/* The application's. */
static Queue_t storage[3];
static EventGroup_t link_events;
struct application {
    QueueHandle_t bus_lock;
    QueueHandle_t done;
};
struct application app;
static StackType_t stacks[8][96] __attribute__((aligned(8)));
static TCB_t tasks[8];
struct sensor { uint32_t id; int16_t raw[4]; };
/* Armv6-M cannot read what is not aligned; the others' bus has nothing at the top. */
#if __ARM_ARCH >= 7 || defined(__riscv)
struct sensor *volatile probe = (struct sensor *)0xf0000000u;
#else
struct sensor *volatile probe = (struct sensor *)0x20000001u;
#endif

static void initialise(List_t *list)
{
    ListItem_t *end = (ListItem_t *)&list->xListEnd;
    list->pxIndex = end;
    list->xListEnd.xItemValue = MAX_DELAY;
    list->xListEnd.pxNext = end;
    list->xListEnd.pxPrevious = end;
}

static void insert(List_t *list, ListItem_t *item)
{
    ListItem_t *end = (ListItem_t *)&list->xListEnd;
    item->pxNext = end;
    item->pxPrevious = end->pxPrevious;
    end->pxPrevious->pxNext = item;
    end->pxPrevious = item;
    item->pxContainer = list;
    list->uxNumberOfItems++;
}

static void leave(ListItem_t *item)
{
    List_t *list = (List_t *)item->pxContainer;
    item->pxPrevious->pxNext = item->pxNext;
    item->pxNext->pxPrevious = item->pxPrevious;
    item->pxContainer = 0;
    list->uxNumberOfItems--;
}

static void block(List_t *state, List_t *event)
{
    TCB_t *self = CURRENT;
    leave(&self->xStateListItem);
    insert(state, &self->xStateListItem);
    if (event != 0) {
        insert(event, &self->xEventListItem);
    }
    pend_systick();
}

__attribute__((noipa)) void xQueueReceive(QueueHandle_t handle, void *const buffer)
{
    Queue_t *const pxQueue = (Queue_t *)handle;
    (void)*(volatile int *)buffer;
    block(&xDelayedTaskList1, &pxQueue->xTasksWaitingToReceive);
}

__attribute__((noipa)) void xQueueSemaphoreTake(QueueHandle_t handle)
{
    Queue_t *const pxQueue = (Queue_t *)handle;
    block(&xSuspendedTaskList, &pxQueue->xTasksWaitingToReceive);
}

__attribute__((noipa)) void xEventGroupWaitBits(void *group)
{
    EventGroup_t *pxEventBits = (EventGroup_t *)group;
    block(&xSuspendedTaskList, &pxEventBits->xTasksWaitingForBits);
}

__attribute__((noipa)) void vTaskDelay(TickType_t until)
{
    CURRENT->xStateListItem.xItemValue = until;
    block(&xDelayedTaskList2, 0);
}

__attribute__((noipa)) void ulTaskNotifyTake(void)
{
    CURRENT->ucNotifyState[0] = 1;
    block(&xSuspendedTaskList, 0);
}

/* Tasks: each reaches its wait, then the next one runs; the last one crashes. */
static void receiver(void)
{
    int frames = 17;
#ifdef __ARM_FP
    volatile float gain = 1.5f;
    register float scale __asm__("s20") = gain;
    __asm__ volatile("" : "+t"(scale));
#endif
    xQueueReceive((QueueHandle_t)&storage[0], &frames);
    __asm__ volatile("" ::"r"(frames));
    for (;;) {
    }
}
static void writer(void)
{
    xQueueSemaphoreTake(app.bus_lock);
    for (;;) {
    }
}
static void blinker(void)
{
    vTaskDelay(5000);
    for (;;) {
    }
}
static void network(void)
{
    xEventGroupWaitBits(&link_events);
    for (;;) {
    }
}
static void worker(void)
{
    ulTaskNotifyTake();
    for (;;) {
    }
}
static void sleeper(void)
{
    block(&xSuspendedTaskList, 0);
    for (;;) {
    }
}
static void idle(void)
{
    for (;;) {
    }
}
static volatile int sum;
__attribute__((noipa)) static int sample(struct sensor *sensor, int index)
{
    return sensor->raw[2] + index;
}
static void control(void)
{
    for (int round = 0; round < 1000; round++) {
        sum += sample(probe, round);
    }
    for (;;) {
    }
}
__attribute__((noreturn, unused)) static void prvTaskExitError(void)
{
    for (;;) {
    }
}

static void create(int number, const char *name, void (*entry)(void))
{
    TCB_t *task = &tasks[number];
    StackType_t *stack = stacks[number];
    for (int i = 0; i < 96; i++) {
        stack[i] = FILL;
    }
    StackType_t *top = stack + 96;
#ifdef __riscv
    top -= 31;
    top[0] = (uint32_t)entry;
    top[1] = 0;
    top[30] = 0x1880;
#else
    top -= 8;
    top[7] = 0x01000000u;
    top[6] = (uint32_t)entry & ~1u;
    top[5] = (uint32_t)prvTaskExitError;
#if defined(__ARM_FP) || __ARM_ARCH >= 8
    *--top = 0xfffffffdu;
#endif
    top -= 8;
#if __ARM_ARCH >= 8
    /* EXC_RETURN stands below r4 here, and the stack limit below it. */
    top[0] = 0xfffffffdu;
    *--top = (uint32_t)stack;
#endif
#endif
    task->pxTopOfStack = top;
    task->pxStack = stack;
#ifdef HIGH_ADDRESS
    task->pxEndOfStack = stack + 95;
#endif
    for (int i = 0; i < 11 && name[i] != 0; i++) {
        task->pcTaskName[i] = name[i];
    }
    task->xStateListItem.pvOwner = task;
    task->xEventListItem.pvOwner = task;
    insert(&pxReadyTasksLists[number == 7 ? 0 : 1], &task->xStateListItem);
    uxCurrentNumberOfTasks++;
}

/* The next task that was not run yet: tasks[0], tasks[1] and so on; tasks[7] idles. */
__attribute__((used)) void next_task(void)
{
#ifdef CRASH_IN_SWITCH
    if (CURRENT == &tasks[2]) {
        sum += sample(probe, 2);
    }
#endif
    CURRENT = CURRENT + 1;
}

#ifdef __riscv
/* The switch is in capture-riscv.c. */
#elif __ARM_ARCH >= 7
__attribute__((naked)) void SysTick_Handler(void)
{
    __asm__ volatile("mrs r0, psp\n"
#ifdef __ARM_FP
                     "tst lr, #0x10\n it eq\n vstmdbeq r0!, {s16-s31}\n"
#endif
#if __ARM_ARCH >= 8
                     "mrs r2, psplim\n mov r3, lr\n stmdb r0!, {r2-r11}\n"
#elif defined(__ARM_FP)
                     "stmdb r0!, {r4-r11, lr}\n"
#else
                     "stmdb r0!, {r4-r11}\n"
#endif
                     "ldr r1, =current\n ldr r1, [r1]\n ldr r2, [r1]\n str r0, [r2]\n"
                     "push {r1, lr}\n bl next_task\n pop {r1, lr}\n"
                     "ldr r2, [r1]\n ldr r0, [r2]\n"
#if __ARM_ARCH >= 8
                     "ldmia r0!, {r2-r11}\n mov lr, r3\n"
#elif defined(__ARM_FP)
                     "ldmia r0!, {r4-r11, lr}\n"
#else
                     "ldmia r0!, {r4-r11}\n"
#endif
#ifdef __ARM_FP
                     "tst lr, #0x10\n it eq\n vldmiaeq r0!, {s16-s31}\n"
#endif
                     "msr psp, r0\n bx lr\n .ltorg\n");
}
#else
__attribute__((naked)) void SysTick_Handler(void)
{
    __asm__ volatile("mrs r0, psp\n sub r0, #32\n ldr r1, =current\n ldr r1, [r1]\n ldr r2, [r1]\n str r0, [r2]\n"
                     "stmia r0!, {r4-r7}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n stmia r0!, {r4-r7}\n"
                     "push {r1, lr}\n bl next_task\n pop {r1, r3}\n mov lr, r3\n"
                     "ldr r2, [r1]\n ldr r0, [r2]\n add r0, #16\n ldmia r0!, {r4-r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n"
                     "mov r11, r7\n msr psp, r0\n sub r0, #32\n ldmia r0!, {r4-r7}\n bx lr\n .ltorg\n");
}
#endif
TCB_t *volatile *const current __attribute__((used)) = &CURRENT;

int main(void)
{
    List_t *lists[] = {&xDelayedTaskList1, &xDelayedTaskList2, &xPendingReadyList, &xTasksWaitingTermination, &xSuspendedTaskList,
                       &pxReadyTasksLists[0], &pxReadyTasksLists[1], &pxReadyTasksLists[2], &link_events.xTasksWaitingForBits};
    for (unsigned i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        initialise(lists[i]);
    }
    for (int i = 0; i < 3; i++) {
        initialise(&storage[i].xTasksWaitingToSend);
        initialise(&storage[i].xTasksWaitingToReceive);
    }
    for (int i = 0; i < 3; i++) {
        storage[i].uxLength = 1;
    }
    storage[0].uxItemSize = 4;
    storage[0].pcHead = (int8_t *)1;
    storage[2].pcHead = (int8_t *)1;
    app.bus_lock = (QueueHandle_t)&storage[1];
    app.done = (QueueHandle_t)&storage[2];
    storage[1].u.xSemaphore.xMutexHolder = &tasks[6];
    xQueueRegistry[1] = (QueueRegistryItem_t){"rx_frames", (QueueHandle_t)&storage[0]};
    create(0, "receiver", receiver);
    create(1, "writer", writer);
    create(2, "blinker", blinker);
    create(3, "network", network);
    create(4, "worker", worker);
    create(5, "sleeper", sleeper);
    create(6, "control", control);
    create(7, "IDLE", idle);
    xSchedulerRunning = 1;
    CURRENT = &tasks[0];
#ifdef __riscv
    __asm__ volatile("mv sp, %0\n li ra, 0\n jr %1" ::"r"(stacks[0] + 96), "r"(receiver) : "memory");
#else
    __asm__ volatile("msr psp, %0\n movs r3, #2\n msr control, r3\n isb\n mov lr, %2\n bx %1" ::"r"(stacks[0] + 96), "r"(receiver), "r"(prvTaskExitError) : "r3", "lr", "memory");
#endif
    __builtin_unreachable();
}
