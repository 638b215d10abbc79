/* SPDX-License-Identifier: MIT */
/*
 * host_bytecode.c - read what a function does from its dump.
 *
 * Nothing may be kept between questions.  Tables are frozen once a file has
 * loaded; what is left is a function that assigns a variable of a function
 * around it.  lua_dump() shows such assignments (SETUPVAL).  Only a variable
 * that outlives the call counts: one that belongs to the live function, not
 * one that a nested function shares with the call it runs in.
 *
 * The same walk refuses a long chain of field accesses.  When one fails, Lua
 * walks back through it to name it in the message, by recursion in C: a chain
 * as long as a file allows overflows the stack of a thread.
 *
 * And it finds what a file uses of `host`, for host_use.c.
 *
 * The layout is that of Lua 5.4 (ldump.c of 5.4.0 to 5.4.8); the header says
 * so, and any other is refused.  The dump comes from Lua itself, never from
 * a file, but every read is checked all the same.
 */
#include "host_dump.h"

#define MAX_CHAIN     200
#define MAX_REGISTERS 256
#define MAX_NESTING   200

static void refuse_dump(struct ggl_reader *reader)
{
    luaL_error(reader->L, "this Lua is not a 5.4 that grantgate knows");
}

static const unsigned char *take(struct ggl_reader *reader, size_t n)
{
    const unsigned char *at = reader->at;

    if ((size_t)(reader->end - at) < n)
        refuse_dump(reader);
    reader->at += n;
    return at;
}

/* A number in groups of 7 bits, the last one marked. */
static size_t take_size(struct ggl_reader *reader)
{
    size_t value = 0;
    int i;

    for (i = 0; i < 10; i++) {
        unsigned char byte = *take(reader, 1);

        value = (value << 7) | (byte & 0x7F);
        if (byte & 0x80)
            return value;
    }
    refuse_dump(reader);
    return 0;
}

static void skip_string(struct ggl_reader *reader)
{
    size_t size = take_size(reader); /* 0 is NULL, else length + 1 */

    if (size > 1)
        take(reader, size - 1);
}

/* The text of the next constant, absent if it is none. */
static struct ggp_text take_constant(struct ggl_reader *reader)
{
    unsigned char tag = *take(reader, 1) & 0x0F;
    struct ggp_text text = {NULL, 0};
    size_t size;

    if (tag == TAG_NUMBER)
        take(reader, sizeof(lua_Integer));
    if (tag != TAG_STRING)
        return text;
    size = take_size(reader); /* length + 1 */
    text.len = size > 0 ? size - 1 : 0;
    text.at = (const char *)take(reader, text.len);
    return text;
}

static void take_constants(struct ggl_reader *reader, struct ggl_proto *proto)
{
    size_t i;

    proto->nconstants = take_size(reader);
    proto->constants = reader->at;
    proto->host = proto->nconstants;
    for (i = 0; i < proto->nconstants; i++) {
        if (ggp_text_is(take_constant(reader), "host"))
            proto->host = i;
    }
}

struct ggp_text ggl_dumpconstant(const struct ggl_reader *reader,
                                 const struct ggl_proto *proto, size_t index)
{
    struct ggl_reader again = *reader;
    struct ggp_text text = {NULL, 0};
    size_t i;

    ggl_charge(reader->L, 1 + index / GGL_BYTES_PER_STEP);
    again.at = proto->constants;
    for (i = 0; i <= index && i < proto->nconstants; i++)
        text = take_constant(&again);
    return text;
}

/*
 * Read the debug part, and return the line of instruction @pc: differences
 * from one instruction to the next, but for marked ones, whose line stands
 * in a list.
 */
static int take_debug(struct ggl_reader *reader, const struct ggl_proto *proto,
                      size_t pc)
{
    size_t nlines = take_size(reader);
    const unsigned char *lines = take(reader, nlines);
    int line = proto->first_line;
    size_t i = 0;
    size_t n;

    for (n = take_size(reader); n > 0; n--) {
        size_t at = take_size(reader);
        int absolute = (int)take_size(reader);

        if (at <= pc) {
            line = absolute;
            i = at + 1;
        }
    }
    for (; i <= pc && i < nlines; i++)
        line += (signed char)lines[i];
    for (n = take_size(reader); n > 0; n--) {
        skip_string(reader); /* local variables: name, start, end */
        take_size(reader);
        take_size(reader);
    }
    for (n = take_size(reader); n > 0; n--)
        skip_string(reader); /* names of upvalues */
    return line;
}

/*
 * Follow instruction @code: @chains has, for each register, how many others
 * Lua asks, one after the other, to name what is in it.  Instructions that
 * are not listed leave a number that is too high, never too low.
 */
static unsigned follow(unsigned int code, unsigned *chains)
{
    unsigned *to = &chains[OPERAND_A(code)];
    unsigned table = chains[OPERAND_B(code)];
    unsigned key = chains[OPERAND_C(code)];

    switch (OPCODE(code)) {
    case OP_MOVE:
        *to = OPERAND_B(code) < OPERAND_A(code) ? 1 + table : 0;
        break;
    case OP_GETTABLE:
        *to = 1 + (table > key ? table : key);
        break;
    case OP_GETFIELD:
        *to = 1 + table;
        break;
    case OP_SELF:
        *to = OPERAND_K(code) ? 0 : 1 + key;
        break;
    case OP_GETUPVAL:
    case OP_GETTABUP:
    case OP_GETI:
    case OP_CALL:
        *to = 0;
        break;
    default:
        break;
    }
    return *to;
}

/* Whether a.b[c].d… runs on for longer than an honest expression does. */
static int has_long_chain(const struct ggl_proto *proto)
{
    unsigned chains[MAX_REGISTERS] = {0};
    size_t i;

    for (i = 0; i < proto->ncode; i++) {
        if (follow(ggl_instruction(proto, i), chains) > MAX_CHAIN)
            return 1;
    }
    return 0;
}

/* The first instruction that assigns a lasting variable, or ncode. */
static size_t find_assignment(const struct ggl_proto *proto, int *upvalue)
{
    size_t i;

    for (i = 0; i < proto->ncode; i++) {
        unsigned int code = ggl_instruction(proto, i);
        unsigned int to = OPERAND_B(code);

        if (OPCODE(code) != OP_SETUPVAL || to >= proto->nupvalues)
            continue;
        *upvalue = proto->lasting[to];
        if (*upvalue != 0)
            break;
    }
    return i;
}

/* --- a function and those within --- */

static void take_upvalues(struct ggl_reader *reader, struct ggl_proto *proto,
                          const struct ggl_proto *outer)
{
    const unsigned char *at;
    size_t i;

    proto->nupvalues = take_size(reader);
    if (proto->nupvalues > GGL_MAX_UPVALUES)
        refuse_dump(reader);
    at = take(reader, proto->nupvalues * 3); /* in stack, index, kind */
    for (i = 0; i < proto->nupvalues; i++, at += 3) {
        if (!outer)
            proto->lasting[i] = (unsigned char)(i + 1);
        else if (at[0] || at[1] >= outer->nupvalues)
            proto->lasting[i] = 0;
        else
            proto->lasting[i] = outer->lasting[at[1]];
    }
}

/* Read one function and those nested in it. */
static void check_proto(struct ggl_reader *reader,
                        const struct ggl_proto *outer, int depth)
{
    struct ggl_proto proto;
    struct ggl_misuse misuse = {0};
    int upvalue = 0;
    size_t pc;
    size_t n;
    int line;

    if (depth > MAX_NESTING)
        refuse_dump(reader);
    skip_string(reader); /* source */
    proto.first_line = (int)take_size(reader);
    take_size(reader); /* last line */
    take(reader, 3);   /* parameters, vararg, stack */
    proto.ncode = take_size(reader);
    if (proto.ncode > (size_t)(reader->end - reader->at) / 4)
        refuse_dump(reader);
    proto.code = take(reader, proto.ncode * 4);
    take_constants(reader, &proto);
    take_upvalues(reader, &proto, outer);
    pc = find_assignment(&proto, &upvalue);
    misuse.pc = proto.ncode;
    if (reader->is_body)
        ggl_findmisuse(reader, &proto, &misuse);
    for (n = take_size(reader); n > 0; n--)
        check_proto(reader, &proto, depth + 1);
    line = take_debug(reader, &proto, pc < proto.ncode ? pc : misuse.pc);
    if (pc < proto.ncode)
        luaL_error(reader->L,
                   "%s:%d: assigns '%s', which would outlive the question; "
                   "nothing is kept from one grant to the next",
                   reader->path, line,
                   lua_getupvalue(reader->L, reader->function, upvalue));
    if (misuse.pc < proto.ncode)
        ggl_raisemisuse(reader, &misuse, line);
    if (has_long_chain(&proto))
        luaL_error(reader->L,
                   "%s:%d: reads more than %d fields in a row; use local "
                   "variables in between",
                   reader->path, proto.first_line, MAX_CHAIN);
}

static int write_dump(lua_State *L, const void *bytes, size_t len, void *buf)
{
    (void)L;
    ggp_buf_add(buf, bytes, len);
    return 0;
}

/* The header: signature, version, format, check bytes, sizes, two numbers,
 * and the number of upvalues of the function that follows. */
static void take_header(struct ggl_reader *reader)
{
    static const unsigned char expected[] = {0x1B,
                                             'L',
                                             'u',
                                             'a',
                                             0x54,
                                             0x00,
                                             0x19,
                                             0x93,
                                             '\r',
                                             '\n',
                                             0x1A,
                                             '\n',
                                             4,
                                             sizeof(lua_Integer),
                                             sizeof(lua_Number)};

    if (memcmp(take(reader, sizeof(expected)), expected, sizeof(expected)) != 0)
        refuse_dump(reader);
    take(reader, sizeof(lua_Integer) + sizeof(lua_Number) + 1);
}

static void check(lua_State *L, int index, int is_body)
{
    struct ggl_state *state = ggp_state_of(L);
    struct ggp_buf *dump = &state->scratch;
    struct ggl_reader reader = {.L = L,
                                .function = lua_absindex(L, index),
                                .is_body = is_body,
                                .functions = state->sources->functions};
    lua_Debug ar;

    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &ar);
    reader.path = ar.source + 1; /* after '=' */
    ggp_buf_clear(dump);
    dump->max = GGP_BUF_MAX; /* a raise may have left another one */
    lua_pushvalue(L, index);
    lua_dump(L, write_dump, dump, 0);
    lua_pop(L, 1);
    if (dump->failed != GG_OK)
        ggl_nomemory(L);
    ggl_charge(L, dump->len / 16);
    reader.at = (const unsigned char *)dump->bytes;
    reader.end = reader.at + dump->len;
    take_header(&reader);
    check_proto(&reader, NULL, 0);
}

void ggl_checkfunction(lua_State *L, int index)
{
    check(L, index, 0);
}

void ggl_checkbody(lua_State *L, int index)
{
    check(L, index, 1);
}
