/* Drives CodeBase's DLL by lines: one command a line on stdin, one answer a line on stdout.

   An answer begins with "ok" or with "no <code> <why>". Bytes travel as hexadecimal digits.
   Used by tests/oracle/client.py only; it is a test's helper and no part of the product. */
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *P;

#define ENTRIES                                                                                    \
    X(P, code4initP, (void))                                                                       \
    X(int, code4initUndo, (P))                                                                     \
    X(short, code4accessMode, (P, short))                                                          \
    X(short, code4errOff, (P, short))                                                              \
    X(short, code4errorCode, (P, short))                                                           \
    X(short, code4lockAttempts, (P, short))                                                        \
    X(P, d4open, (P, const char *))                                                                \
    X(int, d4close, (P))                                                                           \
    X(int, d4check, (P))                                                                           \
    X(long, d4recCountDo, (P))                                                                     \
    X(long, d4recNoLow, (P))                                                                       \
    X(P, d4recordLow, (P))                                                                         \
    X(long, d4recWidthLow, (P))                                                                    \
    X(int, d4goLow, (P, long, short))                                                              \
    X(int, d4refresh, (P))                                                                         \
    X(int, d4top, (P))                                                                             \
    X(int, d4skip, (P, long))                                                                      \
    X(short, d4seekN, (P, const char *, short))                                                    \
    X(int, d4seekDouble, (P, double))                                                              \
    X(P, d4tag, (P, const char *))                                                                 \
    X(P, d4tagNext, (P, P))                                                                        \
    X(void, d4tagSelect, (P, P))                                                                   \
    X(char *, t4alias, (P))                                                                        \
    X(char *, t4getKey, (P))                                                                       \
    X(const char *, t4exprCB, (P))                                                                 \
    X(short, d4appendStart, (P, short))                                                            \
    X(void, d4blank, (P))                                                                          \
    X(int, d4append, (P))                                                                          \
    X(void, d4delete, (P))                                                                         \
    X(void, d4recall, (P))                                                                         \
    X(int, d4flush, (P))                                                                           \
    X(int, d4lock, (P, long))                                                                      \
    X(int, d4lockAppend, (P))                                                                      \
    X(int, d4lockFile, (P))                                                                        \
    X(int, d4unlock, (P))                                                                          \
    X(P, d4field, (P, const char *))                                                               \
    X(short, f4type, (P))                                                                          \
    X(void, f4assignN, (P, const char *, unsigned))                                                \
    X(void, f4assignDouble, (P, double))                                                           \
    X(void, f4assignLong, (P, long))                                                               \
    X(void, f4assignCurrency, (P, const char *))                                                   \
    X(void, f4assignDateTime, (P, const char *))                                                   \
    X(int, f4memoAssignN, (P, const char *, unsigned))                                             \
    X(const char *, f4memoStr, (P))                                                                \
    X(P, expr4parseCB, (P, char *))                                                                \
    X(void, expr4freeCB, (P))                                                                      \
    X(int, expr4keyLen, (P))                                                                       \
    X(int, expr4key, (P, char **, P))                                                              \
    X(short, expr4typeCB, (P))                                                                     \
    X(int, expr4vary, (P, char **))

#define X(type, name, arguments) static type(*name) arguments;
ENTRIES
#undef X

static P code, table;

static void answer(const char *text) {
    printf("%s\n", text);
    fflush(stdout);
}

static void refuse(int result, const char *why) {
    printf("no %d %s (error %d)\n", result, why, code4errorCode(code, 0));
    fflush(stdout);
    code4errorCode(code, 0);
}

static int settle(int result, const char *why) {
    if (result != 0)
        refuse(result, why);
    else
        answer("ok");
    return result;
}

static void put_hex(const unsigned char *bytes, long length) {
    for (long i = 0; i < length; i++)
        printf("%02x", bytes[i]);
}

static unsigned from_hex(const char *digits, char *bytes) {
    unsigned length = 0, value;
    while (sscanf(digits, "%2x", &value) == 1) {
        bytes[length++] = (char)value;
        digits += 2;
    }
    bytes[length] = 0;
    return length;
}

static void assign(char *pair) {
    static char bytes[70000];
    char *digits = strchr(pair, '=');
    *digits++ = 0;
    P field = d4field(table, pair);
    if (field == NULL)
        return;
    unsigned length = from_hex(digits, bytes);
    switch (f4type(field)) {
    case 'N': case 'F': case 'B':
        if (length == 0)
            f4assignN(field, "", 0);
        else
            f4assignDouble(field, strtod(bytes, NULL));
        break;
    case 'I': f4assignLong(field, strtol(bytes, NULL, 10)); break;
    case 'Y': f4assignCurrency(field, bytes); break;
    case 'T': f4assignDateTime(field, bytes); break;
    case 'M': f4memoAssignN(field, bytes, length); break;
    default: f4assignN(field, bytes, length);
    }
}

static void assign_all(char *pairs) {
    for (char *pair = strtok(pairs, " "); pair != NULL; pair = strtok(NULL, " "))
        assign(pair);
}

static void append(char *pairs) {
    int result = d4appendStart(table, 0);
    if (result == 0) {
        d4blank(table);
        assign_all(pairs);
        result = d4append(table);
    }
    long number = d4recNoLow(table);
    if (result == 0)
        result = d4flush(table);
    d4unlock(table);
    if (result != 0) {
        refuse(result, "append");
        return;
    }
    printf("ok %ld\n", number);
    fflush(stdout);
}

static int go(long number) { return d4goLow(table, number, 0); }

static void change(long number, char *pairs, int flag) {
    int result = d4lock(table, number);
    if (result == 0)
        result = go(number);
    if (result == 0) {
        assign_all(pairs);
        if (flag == 'd')
            d4delete(table);
        if (flag == 'r')
            d4recall(table);
        result = d4flush(table);
    }
    d4unlock(table);
    settle(result, "change");
}

/* The key that the tag's expression gives for the current record. */
static int evaluated(P tag, char *key) {
    P expression = expr4parseCB(table, (char *)t4exprCB(tag));
    char *bytes = NULL;
    if (expression == NULL)
        return -1;
    int length = expr4key(expression, &bytes, NULL);
    if (length > 0)
        memcpy(key, bytes, length);
    expr4freeCB(expression);
    return length;
}

static void keys(const char *name) {
    char key[512];
    P tag = d4tag(table, name);
    if (tag == NULL) {
        refuse(-1, "no such tag");
        return;
    }
    d4tagSelect(table, tag);
    P expression = expr4parseCB(table, (char *)t4exprCB(tag));
    int length = expression ? expr4keyLen(expression) : -1;
    expr4freeCB(expression);
    printf("ok");
    for (int result = d4top(table); result == 0 && length > 0; result = d4skip(table, 1)) {
        printf(" %ld:", d4recNoLow(table));
        memcpy(key, t4getKey(tag), length);
        put_hex((unsigned char *)key, length);
    }
    printf("\n");
    fflush(stdout);
}

static void verify(void) {
    char before[512] = {0}, now[512], key[512];
    printf("ok");
    for (P tag = d4tagNext(table, NULL); tag != NULL; tag = d4tagNext(table, tag)) {
        long count = 0, wrong = 0, falls = 0, rises = 0;
        int length = 0;
        d4tagSelect(table, tag);
        for (int result = d4top(table); result == 0; result = d4skip(table, 1)) {
            length = evaluated(tag, key);
            if (length < 0) {
                wrong = -1;
                break;
            }
            memcpy(now, t4getKey(tag), length);
            wrong += memcmp(now, key, length) != 0;
            if (count > 0) {
                int order = memcmp(before, now, length);
                falls += order > 0;
                rises += order < 0;
            }
            memcpy(before, now, length);
            count++;
        }
        /* A descending tag is walked from its end. */
        printf(" %s:%ld:%ld:%ld", t4alias(tag), count, wrong, falls < rises ? falls : rises);
    }
    d4tagSelect(table, NULL);
    code4errorCode(code, 0);
    int result = d4check(table);
    printf(" d4check:%d:%d\n", result, code4errorCode(code, 0));
    d4unlock(table);
    fflush(stdout);
}

static void seek(const char *name, const char *digits) {
    char bytes[512];
    P tag = d4tag(table, name);
    if (tag == NULL) {
        refuse(-1, "no such tag");
        return;
    }
    d4tagSelect(table, tag);
    int result;
    if (digits[0] == '#')
        result = d4seekDouble(table, strtod(digits + 1, NULL));
    else {
        unsigned length = from_hex(digits, bytes);
        result = d4seekN(table, bytes, (short)length);
    }
    printf("ok %ld %d\n", result == 0 ? d4recNoLow(table) : 0, result);
    fflush(stdout);
}

static void show(long number) {
    int result = d4refresh(table) || go(number);
    if (result != 0) {
        refuse(result, "read");
        return;
    }
    printf("ok ");
    put_hex(d4recordLow(table), d4recWidthLow(table));
    printf("\n");
    fflush(stdout);
}

static void memo(long number, const char *name) {
    int result = go(number);
    P field = d4field(table, name);
    if (result != 0 || field == NULL) {
        refuse(result, "memo");
        return;
    }
    const char *text = f4memoStr(field);
    printf("ok ");
    put_hex((const unsigned char *)text, (long)strlen(text));
    printf("\n");
    fflush(stdout);
}

static void evaluate(long number, char *text) {
    char *bytes = NULL;
    int result = go(number);
    P expression = result == 0 ? expr4parseCB(table, text) : NULL;
    if (expression == NULL) {
        refuse(result, "expression");
        return;
    }
    int length = expr4key(expression, &bytes, NULL);
    if (length < 0)
        refuse(length, "evaluate");
    else {
        printf("ok ");
        put_hex((unsigned char *)bytes, length);
        printf("\n");
        fflush(stdout);
    }
    expr4freeCB(expression);
}

static void lock(const char *what) {
    int result;
    code4lockAttempts(code, 1);
    if (strcmp(what, "append") == 0)
        result = d4lockAppend(table);
    else if (strcmp(what, "file") == 0)
        result = d4lockFile(table);
    else
        result = d4lock(table, atol(what));
    code4lockAttempts(code, 200);
    settle(result, "lock");
}

static void open_table(const char *path) {
    table = d4open(code, path);
    if (table == NULL)
        refuse(-1, "open");
    else
        printf("ok %ld\n", d4recCountDo(table));
    fflush(stdout);
}

static void perform(char *line) {
    char *rest = strchr(line, ' ');
    if (rest != NULL)
        *rest++ = 0;
    else
        rest = "";
    char *more = strchr(rest, ' ');
    char *tail = more ? more + 1 : "";
    if (strcmp(line, "open") == 0) open_table(rest);
    else if (table == NULL) refuse(-1, "no table is open");
    else if (strcmp(line, "close") == 0) { settle(d4close(table), "close"); table = NULL; }
    else if (strcmp(line, "count") == 0) { printf("ok %ld\n", d4recCountDo(table)); fflush(stdout); }
    else if (strcmp(line, "append") == 0) append(rest);
    else if (strcmp(line, "update") == 0) change(atol(rest), tail, 'u');
    else if (strcmp(line, "delete") == 0) change(atol(rest), "", 'd');
    else if (strcmp(line, "recall") == 0) change(atol(rest), "", 'r');
    else if (strcmp(line, "verify") == 0) verify();
    else if (strcmp(line, "keys") == 0) keys(rest);
    else if (strcmp(line, "read") == 0) show(atol(rest));
    else if (strcmp(line, "memo") == 0) memo(atol(rest), tail);
    else if (strcmp(line, "evaluate") == 0) evaluate(atol(rest), tail);
    else if (strcmp(line, "lock") == 0) lock(rest);
    else if (strcmp(line, "unlock") == 0) settle(d4unlock(table), "unlock");
    else if (strcmp(line, "seek") == 0) { if (more) *more = 0; seek(rest, tail); }
    else refuse(-1, "unknown command");
}

int main(void) {
    static char line[200000];
    HMODULE library = LoadLibraryA("c4dll64.dll");
    if (library == NULL) {
        printf("no %lu c4dll64.dll does not load\n", GetLastError());
        return 1;
    }
#define X(type, name, arguments)                                                                   \
    name = (type(*) arguments)(void *)GetProcAddress(library, #name);                             \
    if (name == NULL) {                                                                            \
        printf("no 0 %s is not in c4dll64.dll\n", #name);                                         \
        return 1;                                                                                  \
    }
    ENTRIES
#undef X
    code = code4initP();
    code4errOff(code, 1);
    code4accessMode(code, 0);
    code4lockAttempts(code, 200);
    answer("ok ready");
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = 0;
        if (strcmp(line, "quit") == 0)
            break;
        perform(line);
    }
    if (table != NULL)
        d4close(table);
    code4initUndo(code);
    return 0;
}
