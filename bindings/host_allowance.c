/* SPDX-License-Identifier: MIT */
/*
 * host_allowance.c - what policy code is offered, and why not the rest.
 *
 * Lists of what is allowed, not of what is forbidden: a name that is not
 * here does not exist.  Every name of standard Lua is, and each omission
 * carries its reason, which is also the answer that a policy gets.
 */
#include "host_sandbox.h"

#include <string.h>

/* Lua's globals, and grantgate's. */
static const struct ggl_allowance globals[] = {
    {"_G", "globals cannot be walked or written"},
    {"_VERSION", "a policy works the same on every Lua 5.4"},
    {"accept", NULL},
    {"assert", NULL},
    {"collectgarbage", "memory is the engine's business"},
    {"coroutine", "a coroutine would start with a fresh budget"},
    {"debug", "it reaches behind every protection"},
    {"defer", NULL},
    {"dofile", "a policy has no files; use require \"lib.name\""},
    {"error", NULL},
    {"getmetatable", "metatables are the engine's business"},
    {"grantgate", NULL},
    {"host", NULL},
    {"io", "a policy has no files"},
    {"ipairs", NULL},
    {"load", "code is loaded from the policy set only"},
    {"loadfile", "a policy has no files; use require \"lib.name\""},
    {"log", NULL},
    {"math", NULL},
    {"next", "its order is not defined; use pairs"},
    {"now", NULL},
    {"os", "a policy has no clock and no environment; use now()"},
    {"package", "modules come from the policy set: require \"lib.name\""},
    {"pairs", NULL},
    {"pcall", "an error or a limit must not be caught; test first"},
    {"print", "records go to standard output; use log(text)"},
    {"rawequal", "tables of the engine are not what they seem; use =="},
    {"rawget", "it would see behind frozen tables; index instead"},
    {"rawlen", "it would see behind frozen tables; use #"},
    {"rawset", "it would write to frozen tables"},
    {"reauth", NULL},
    {"reject", NULL},
    {"repair", NULL},
    {"require", NULL},
    {"rule", NULL},
    {"select", NULL},
    {"setmetatable", "metatables run code where none is expected"},
    {"string", NULL},
    {"table", NULL},
    {"tonumber", NULL},
    {"tostring", NULL},
    {"type", NULL},
    {"utf8", NULL},
    {"warn", "use log(text)"},
    {"xpcall", "an error or a limit must not be caught; test first"},
};

/* Lua's own, charged for what they are given. */
static const struct ggl_allowance math_members[] = {
    {"abs", NULL},
    {"acos", NULL},
    {"asin", NULL},
    {"atan", NULL},
    {"atan2", "it is not in every Lua 5.4; use math.atan(y, x)"},
    {"ceil", NULL},
    {"cos", NULL},
    {"cosh", "it is not in every Lua 5.4"},
    {"deg", NULL},
    {"exp", NULL},
    {"floor", NULL},
    {"fmod", NULL},
    {"frexp", "it is not in every Lua 5.4"},
    {"huge", NULL},
    {"ldexp", "it is not in every Lua 5.4"},
    {"log", NULL},
    {"log10", "it is not in every Lua 5.4; use math.log(x, 10)"},
    {"max", NULL},
    {"maxinteger", NULL},
    {"min", NULL},
    {"mininteger", NULL},
    {"modf", NULL},
    {"pi", NULL},
    {"pow", "it is not in every Lua 5.4; use x ^ y"},
    {"rad", NULL},
    {"random", "the same input must give the same decision"},
    {"randomseed", "the same input must give the same decision"},
    {"sin", NULL},
    {"sinh", "it is not in every Lua 5.4"},
    {"sqrt", NULL},
    {"tan", NULL},
    {"tanh", "it is not in every Lua 5.4"},
    {"tointeger", NULL},
    {"type", NULL},
    {"ult", NULL},
};

/* Written anew, or wrapped, so that what they do is charged. */
static const struct ggl_allowance string_members[] = {
    {"byte", NULL},
    {"char", NULL},
    {"dump", "functions do not leave a policy"},
    {"find", NULL},
    {"format", NULL},
    {"gmatch", NULL},
    {"gsub", NULL},
    {"len", NULL},
    {"lower", NULL},
    {"match", NULL},
    {"pack", "binary data has no place in a decision"},
    {"packsize", "binary data has no place in a decision"},
    {"rep", NULL},
    {"reverse", NULL},
    {"sub", NULL},
    {"unpack", "binary data has no place in a decision"},
    {"upper", NULL},
};

static const struct ggl_allowance table_members[] = {
    {"concat", NULL}, {"insert", NULL}, {"move", NULL},   {"pack", NULL},
    {"remove", NULL}, {"sort", NULL},   {"unpack", NULL},
};

static const struct ggl_allowance utf8_members[] = {
    {"char", NULL},  {"charpattern", NULL}, {"codepoint", NULL},
    {"codes", NULL}, {"len", NULL},         {"offset", NULL},
};

#define LIBRARY(name, list)                                                    \
    {                                                                          \
        name, list, sizeof(list) / sizeof((list)[0])                           \
    }

static const struct ggl_library libraries[] = {
    LIBRARY("", globals),
    LIBRARY("math", math_members),
    LIBRARY("string", string_members),
    LIBRARY("table", table_members),
    LIBRARY("utf8", utf8_members),
};

const struct ggl_library *ggp_library(size_t index)
{
    if (index >= sizeof(libraries) / sizeof(libraries[0]))
        return NULL;
    return &libraries[index];
}

const struct ggl_allowance *ggp_library_find(const struct ggl_library *library,
                                             const char *name)
{
    size_t i;

    for (i = 0; i < library->n; i++) {
        if (strcmp(library->list[i].name, name) == 0)
            return &library->list[i];
    }
    return NULL;
}
