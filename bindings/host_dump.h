/* SPDX-License-Identifier: MIT */
/* host_dump.h - the dump of a function, as far as host_bytecode.c and
 * host_use.c read it. */
#ifndef GGL_HOST_DUMP_H
#define GGL_HOST_DUMP_H

#include "host_sandbox.h"

#include <string.h>

/* What is read of an instruction: opcode in the low 7 bits, A from bit 7, k
 * in bit 15, B from bit 16, C from bit 24 (lopcodes.h, iABC). */
#define OPCODE(i)    ((i)&0x7F)
#define OPERAND_A(i) (((i) >> 7) & 0xFF)
#define OPERAND_K(i) (((i) >> 15) & 1)
#define OPERAND_B(i) (((i) >> 16) & 0xFF)
#define OPERAND_C(i) (((i) >> 24) & 0xFF)
#define OPERAND_X(i) ((i) >> 15) /* Bx: k, B and C together */

enum {
    OP_MOVE = 0,
    OP_LOADK = 3,
    OP_GETUPVAL = 9,
    OP_SETUPVAL = 10,
    OP_GETTABUP = 11,
    OP_GETTABLE = 12,
    OP_GETI = 13,
    OP_GETFIELD = 14,
    OP_SELF = 20,
    OP_CALL = 68
};

/* Tags of constants, by their kind in the low 4 bits (lobject.h). */
enum { TAG_NUMBER = 3, TAG_STRING = 4 };

#define GGL_MAX_UPVALUES 255

struct ggl_reader {
    lua_State *L;
    int function; /* stack index of the live function */
    const char *path;
    int is_body; /* of a file: its only upvalue is the globals */
    const struct ggl_functions *functions; /* of the host, or NULL */
    const unsigned char *at;
    const unsigned char *end;
};

/* One function prototype, as far as it matters here. */
struct ggl_proto {
    const unsigned char *code;
    size_t ncode;
    const unsigned char *constants;
    size_t nconstants;
    size_t host; /* the number of the constant "host", or nconstants */
    /* For each upvalue, the number of the live function's upvalue that it
     * is, or 0 if it is a variable of a call. */
    unsigned char lasting[GGL_MAX_UPVALUES];
    size_t nupvalues;
    int first_line;
};

static inline unsigned int ggl_instruction(const struct ggl_proto *proto,
                                           size_t i)
{
    unsigned int value;

    memcpy(&value, proto->code + i * sizeof(value), sizeof(value));
    return value;
}

/* The same, or one that nothing here looks for past the end. */
static inline unsigned int
ggl_instruction_or_none(const struct ggl_proto *proto, size_t i)
{
    return i < proto->ncode ? ggl_instruction(proto, i) : OP_MOVE;
}

/* --- host_bytecode.c --- */

/* The text of constant @index of @proto; absent if it is none.  Constants are
 * of any length, so this walks.  [-0, +0, v] */
struct ggp_text ggl_dumpconstant(const struct ggl_reader *reader,
                                 const struct ggl_proto *proto, size_t index);

/* --- host_use.c: what a file uses of `host` --- */

/* Something that is wrong with a use of `host`. */
struct ggl_misuse {
    size_t pc;            /* ncode: nothing is */
    int is_globals;       /* the globals are used as a value */
    struct ggp_text name; /* what is not offered; absent: used otherwise */
};

/* Find the first misuse in @proto, of a file's body.  [-0, +0, v] */
void ggl_findmisuse(const struct ggl_reader *reader,
                    const struct ggl_proto *proto, struct ggl_misuse *misuse);

/* Raise for @misuse, which is at @line.  [-0, +0, v] */
void ggl_raisemisuse(const struct ggl_reader *reader,
                     const struct ggl_misuse *misuse, int line);

#endif
