/* SPDX-License-Identifier: MIT */
/*
 * host_use.c - what a file uses of `host`, read from its dump.
 *
 * A file that uses what the host does not offer must not load, also where
 * the use is in a function that nothing calls yet.  So each use must be the
 * two reads that `host.name` is compiled to, with nothing in between and
 * nothing left of the first: else there is no telling what it comes to.
 */
#include "host_dump.h"

#define MAX_SHORT_KEY 255 /* the last constant that names a field directly */

/* A field that is read by a constant name. */
struct reading {
    size_t key;     /* the number of the constant */
    unsigned place; /* the register it is read into */
    size_t next;    /* the instruction that follows */
};

/* Whether at @pc a field of what is in register @table is read so, in the
 * place of its table: that is not kept, as it would be in a variable. */
static int reads_field(const struct ggl_proto *proto, size_t pc, unsigned table,
                       struct reading *reading)
{
    unsigned int first = ggl_instruction_or_none(proto, pc);
    unsigned int second = ggl_instruction_or_none(proto, pc + 1);

    reading->place = table;
    if (OPCODE(first) == OP_GETFIELD && OPERAND_B(first) == table &&
        OPERAND_A(first) == table) {
        reading->key = OPERAND_C(first);
        reading->next = pc + 1;
        return 1;
    }
    if (OPCODE(first) == OP_LOADK && OPCODE(second) == OP_GETTABLE &&
        OPERAND_B(second) == table && OPERAND_A(second) == table &&
        OPERAND_C(second) == OPERAND_A(first)) {
        reading->key = OPERAND_X(first);
        reading->next = pc + 2;
        return 1;
    }
    return 0;
}

/* Whether upvalue @upvalue is the globals: the one that a file's body has. */
static int is_globals(const struct ggl_proto *proto, unsigned upvalue)
{
    return upvalue < proto->nupvalues && proto->lasting[upvalue] == 1;
}

/* Look at the use of `host`, read into a register before @reading->next. */
static int is_misuse(const struct ggl_reader *reader,
                     const struct ggl_proto *proto, const struct reading *host,
                     struct ggl_misuse *misuse)
{
    struct reading field;

    misuse->name.at = NULL;
    if (!reads_field(proto, host->next, host->place, &field))
        return 1;
    misuse->name = ggl_dumpconstant(reader, proto, field.key);
    return !ggp_functions_find(reader->functions, misuse->name);
}

/*
 * The first misuse.  The compiler reads a global by its name in one
 * instruction, or where it has too many constants for that, through a
 * register; any other use of the globals is one as a value.
 */
void ggl_findmisuse(const struct ggl_reader *reader,
                    const struct ggl_proto *proto, struct ggl_misuse *misuse)
{
    int has_functions = reader->functions && reader->functions->n > 0;
    size_t i;

    for (i = 0; i < proto->ncode; i++) {
        unsigned int code = ggl_instruction(proto, i);
        struct reading global = {OPERAND_C(code), OPERAND_A(code), i + 1};
        int is_read = OPCODE(code) == OP_GETTABUP;

        if ((!is_read && OPCODE(code) != OP_GETUPVAL) ||
            !is_globals(proto, OPERAND_B(code)))
            continue;
        if (!is_read && proto->nconstants > MAX_SHORT_KEY)
            is_read = reads_field(proto, i + 1, OPERAND_A(code), &global);
        misuse->is_globals = !is_read;
        if (is_read ? global.key == proto->host &&
                          is_misuse(reader, proto, &global, misuse)
                    : has_functions)
            break;
    }
    misuse->pc = i;
}

void ggl_raisemisuse(const struct ggl_reader *reader,
                     const struct ggl_misuse *misuse, int line)
{
    lua_State *L = reader->L;

    if (misuse->is_globals)
        luaL_error(L,
                   "%s:%d: uses '_ENV' as a value, which would hide what it "
                   "uses of 'host'; write names as they are",
                   reader->path, line);
    ggl_pushoffered(L, reader->functions);
    if (!misuse->name.at)
        luaL_error(L,
                   "%s:%d: 'host' stands only before a name, as in "
                   "host.name(...), and is no value or variable of its own; %s",
                   reader->path, line, lua_tostring(L, -1));
    lua_pushlstring(L, misuse->name.at, misuse->name.len);
    luaL_error(L, "%s:%d: there is no 'host.%s'; %s", reader->path, line,
               lua_tostring(L, -1), lua_tostring(L, -2));
}
