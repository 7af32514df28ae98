/* Calls kernel32 by lines: one call a line on stdin, one answer a line on stdout: result and last error.

   Parameters are decimal numbers in the order of the call, a path last. Used by tests/oracle/wine_kernel.py only;
   it is a test's helper and no part of the product. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBERS = 8, LINE = 4096 };

static unsigned long long number[NUMBERS];

static char *parameters(char *text, int count)
{
    for (int i = 0; i < count; i++)
        number[i] = strtoull(text, &text, 10);
    return *text == ' ' ? text + 1 : text;
}

static const wchar_t *wide(const char *text)
{
    static wchar_t out[LINE];
    MultiByteToWideChar(CP_UTF8, 0, text, -1, out, LINE);
    return out;
}

static OVERLAPPED at(DWORD low, DWORD high)
{
    OVERLAPPED place;
    memset(&place, 0, sizeof place);
    place.Offset = low;
    place.OffsetHigh = high;
    return place;
}

static unsigned long long lock_file(char *text)
{
    parameters(text, 7);
    OVERLAPPED place = at((DWORD)number[5], (DWORD)number[6]);
    return LockFileEx((HANDLE)number[0], (DWORD)number[1], (DWORD)number[2], (DWORD)number[3], (DWORD)number[4], &place);
}

static unsigned long long unlock_file(char *text)
{
    parameters(text, 6);
    OVERLAPPED place = at((DWORD)number[4], (DWORD)number[5]);
    return UnlockFileEx((HANDLE)number[0], (DWORD)number[1], (DWORD)number[2], (DWORD)number[3], &place);
}

static unsigned long long create_file(char *text)
{
    const char *path = parameters(text, 4);
    return (unsigned long long)CreateFileW(wide(path), (DWORD)number[0], (DWORD)number[1], NULL, (DWORD)number[2],
                                           (DWORD)number[3], NULL);
}

static unsigned long long call(const char *what, char *rest)
{
    if (!strcmp(what, "LockFileEx"))
        return lock_file(rest);
    if (!strcmp(what, "UnlockFileEx"))
        return unlock_file(rest);
    if (!strcmp(what, "CreateFileW"))
        return create_file(rest);
    if (!strcmp(what, "GetDriveTypeW"))
        return GetDriveTypeW(wide(rest));
    if (!strcmp(what, "CloseHandle"))
        return CloseHandle((HANDLE)strtoull(rest, NULL, 10));
    return 0;
}

int main(void)
{
    char line[LINE];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\r\n")] = 0;
        char *rest = line + strcspn(line, " ");
        if (*rest)
            *rest++ = 0;
        SetLastError(0);
        unsigned long long result = call(line, rest);
        printf("%llu %lu\n", result, GetLastError());
        fflush(stdout);
    }
    return 0;
}
