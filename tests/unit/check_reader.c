/* SPDX-License-Identifier: MIT */
/* check_reader.c - sources cut into chunks, whatever they give at a time. */
#include "private.h"

#include "suites.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* A source of `head`, then `nfill` times 'x', then `tail`. */
struct feed {
    const char *head;
    size_t nfill;
    const char *tail;
    size_t step; /* bytes at a time; 0: as many as asked for */
    size_t at;
    size_t stop_at; /* where `stop` is set; 0: nowhere */
    int *stop;
    size_t fail_at; /* 0: nowhere */
    gg_status failure;
};

static long read_feed(void *payload, char *bytes, size_t size,
                      struct gg_error *err)
{
    struct feed *feed = payload;
    size_t nhead = strlen(feed->head);
    size_t end = nhead + feed->nfill + strlen(feed->tail);
    size_t n = 0;

    if (feed->stop_at != 0 && feed->at >= feed->stop_at)
        *feed->stop = 1;
    if (feed->fail_at != 0 && feed->at >= feed->fail_at) {
        if (feed->failure != GG_OK)
            (void)ggp_fail(err, feed->failure, "no more");
        return -1;
    }
    while (n < size && feed->at < end && (feed->step == 0 || n < feed->step)) {
        if (feed->at < nhead)
            bytes[n++] = feed->head[feed->at];
        else if (feed->at < nhead + feed->nfill)
            bytes[n++] = 'x';
        else
            bytes[n++] = feed->tail[feed->at - nhead - feed->nfill];
        feed->at++;
    }
    return (long)n;
}

static int is_set(void *flag)
{
    return *(const int *)flag;
}

static const struct gg_stop never = {NULL, NULL};
static struct ggp_reader reader;
static struct ggp_chunk chunk;
static struct gg_error error;
static int has;

static void teardown(void)
{
    ggp_reader_free(&reader);
    free(chunk.room.bytes);
    memset(&chunk, 0, sizeof(chunk));
}

static void open_reader(const struct gg_source *sources, size_t nsources,
                        size_t max_line, struct gg_stop stop)
{
    struct ggp_inputs inputs = {sources, nsources, max_line, stop, {0}};

    ggp_reader_open(&reader, &inputs);
}

static gg_status next(void)
{
    memset(&error, 0, sizeof(error));
    return ggp_reader_next(&reader, &chunk, &has, &error);
}

/* The next lines are @bytes, in as many chunks as the source makes of them. */
static void expect_lines(uint64_t line, const char *bytes)
{
    size_t len = strlen(bytes);
    size_t at = 0;

    do {
        ck_assert_int_eq(next(), GG_OK);
        ck_assert_int_eq(has, 1);
        ck_assert_int_eq(chunk.is_too_long, 0);
        ck_assert_uint_eq(chunk.line, line);
        ck_assert_uint_le(chunk.len, len - at);
        ck_assert_mem_eq(chunk.bytes, bytes + at, chunk.len);
        for (; chunk.len > 0; chunk.len--)
            line += bytes[at++] == '\n';
    } while (at < len);
}

static void expect_too_long(uint64_t line)
{
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_int_eq(has, 1);
    ck_assert_int_eq(chunk.is_too_long, 1);
    ck_assert_uint_eq(chunk.line, line);
    ck_assert_ptr_null(chunk.bytes);
    ck_assert_uint_eq(chunk.len, 0);
}

static void expect_end(void)
{
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_int_eq(has, 0);
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_int_eq(has, 0);
}

static const size_t steps[] = {0, 1, 2, 3, 7, 64};

/* --- lines ---------------------------------------------------------------- */

static const struct {
    const char *text;
    const char *chunk; /* NULL: none */
} small[] = {
    {"", NULL},
    {"\n", "\n"},
    {"a", "a"},
    {"a\n", "a\n"},
    {"a\nb", "a\nb"},
    {"a\r\nb\r\n", "a\r\nb\r\n"},
    {"\r\n\r\n", "\r\n\r\n"},
    {"\xef\xbb\xbf", NULL},
    {"\xef\xbb\xbf"
     "a",
     "a"},
    {"\xef\xbb\xbf\xef\xbb\xbf", "\xef\xbb\xbf"},
    {"\xef\xbb", "\xef\xbb"},
    {"a\xef\xbb\xbf", "a\xef\xbb\xbf"},
};

START_TEST(passes_bytes_as_they_are_but_for_a_leading_bom)
{
    size_t s;

    for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
        struct feed feed = {
            .head = small[_i].text, .tail = "", .step = steps[s]};
        struct gg_source source = {"in", 0, read_feed, &feed};

        ggp_reader_free(&reader);
        open_reader(&source, 1, 0, never);
        if (small[_i].chunk)
            expect_lines(1, small[_i].chunk);
        expect_end();
    }
}
END_TEST

START_TEST(starts_over_with_each_source)
{
    struct feed feeds[] = {{.head = "a\nb", .tail = ""},
                           {.head = "", .tail = ""},
                           {.head = "\xef\xbb\xbf"
                                    "c\n",
                            .tail = ""}};
    struct gg_source sources[] = {{"1", 0, read_feed, &feeds[0]},
                                  {"2", 0, read_feed, &feeds[1]},
                                  {"3", 0, read_feed, &feeds[2]}};

    open_reader(sources, 3, 0, never);
    expect_lines(1, "a\nb");
    ck_assert_ptr_eq(chunk.source, &sources[0]);
    expect_lines(1, "c\n");
    ck_assert_ptr_eq(chunk.source, &sources[2]);
    expect_end();
}
END_TEST

START_TEST(sets_lines_that_are_too_long_apart)
{
    size_t s;

    for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
        struct feed feed = {.head = "12345\n1234\n\n123456789\n12345\n\n12345"
                                    "67\n1\n123456",
                            .tail = "",
                            .step = steps[s]};
        struct gg_source source = {"in", 0, read_feed, &feed};

        ggp_reader_free(&reader);
        open_reader(&source, 1, 5, never);
        expect_lines(1, "12345\n1234\n\n");
        expect_too_long(4);
        expect_lines(5, "12345\n\n");
        expect_too_long(7);
        expect_lines(8, "1\n");
        expect_too_long(9);
        expect_end();
    }
}
END_TEST

START_TEST(counts_lines_after_one_that_is_too_long_at_the_end_of_a_source)
{
    struct feed feeds[] = {{.head = "123456\n", .tail = ""},
                           {.head = "123456", .tail = ""},
                           {.head = "1\n", .tail = ""}};
    struct gg_source sources[] = {{"1", 0, read_feed, &feeds[0]},
                                  {"2", 0, read_feed, &feeds[1]},
                                  {"3", 0, read_feed, &feeds[2]}};

    open_reader(sources, 3, 5, never);
    expect_too_long(1);
    expect_too_long(1);
    expect_lines(1, "1\n");
    expect_end();
}
END_TEST

START_TEST(takes_a_line_of_just_a_mebibyte)
{
    struct feed feed = {.head = "a\n", .nfill = GGP_MAX_LINE, .tail = "\nb\n"};
    struct gg_source source = {"in", 0, read_feed, &feed};
    size_t len = 0;

    open_reader(&source, 1, 0, never);
    expect_lines(1, "a\n");
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_uint_eq(chunk.line, 2);
    ck_assert_int_eq(chunk.is_too_long, 0);
    len = chunk.len;
    if (len == GGP_MAX_LINE + 1) {
        expect_lines(3, "b\n");
        len += 2;
    }
    ck_assert_uint_eq(len, GGP_MAX_LINE + 3);
    expect_end();
}
END_TEST

START_TEST(skips_an_endless_line_without_holding_it)
{
    struct feed feed = {
        .head = "a\n", .nfill = (size_t)100 << 20, .tail = "\nb\n"};
    struct gg_source source = {"in", 0, read_feed, &feed};

    open_reader(&source, 1, 0, never);
    expect_lines(1, "a\n");
    expect_too_long(2);
    expect_lines(3, "b\n");
    expect_end();
    ck_assert_uint_le(chunk.room.cap + reader.carry.cap, (size_t)3 << 20);
}
END_TEST

START_TEST(does_not_keep_lines_waiting_for_a_full_chunk)
{
    struct feed feed = {.head = "one\ntwo\nthree\n", .tail = "", .step = 5};
    struct gg_source source = {"in", 0, read_feed, &feed};

    open_reader(&source, 1, 0, never);
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_uint_eq(chunk.len, 4); /* of "one\nt" */
    ck_assert_uint_eq(feed.at, 5);
}
END_TEST

START_TEST(leaves_a_chunk_of_no_run_alone)
{
    ggp_buf_string(&chunk.out, "kept");
    ck_assert_int_eq(ggp_chunk_flush(&chunk, NULL), GG_OK);
    ck_assert_uint_eq(chunk.out.len, 4);
    ggp_buf_free(&chunk.out);
}
END_TEST

/* --- documents ------------------------------------------------------------ */

START_TEST(reads_a_document_whole)
{
    struct feed feeds[] = {{.head = "\xef\xbb\xbf{\n}\n", .tail = ""},
                           {.head = "", .tail = ""},
                           {.head = "[", .nfill = 3000000, .tail = "]"},
                           {.head = "a\n", .tail = ""}};
    struct gg_source sources[] = {{"1", 1, read_feed, &feeds[0]},
                                  {"2", 1, read_feed, &feeds[1]},
                                  {"3", 1, read_feed, &feeds[2]},
                                  {"4", 0, read_feed, &feeds[3]}};

    open_reader(sources, 4, 100, never);
    expect_lines(0, "{\n}\n");
    expect_lines(0, "");
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_uint_eq(chunk.len, 3000002);
    ck_assert_int_eq(chunk.bytes[3000001], ']');
    ck_assert_uint_eq(chunk.line, 0);
    ggp_reader_recycle(&reader, &chunk);
    ck_assert_uint_eq(chunk.room.cap, 0);
    expect_lines(1, "a\n");
    ggp_reader_recycle(&reader, &chunk);
    ck_assert_uint_ne(chunk.room.cap, 0);
    expect_end();
}
END_TEST

START_TEST(holds_a_document_to_64_mebibytes)
{
    struct feed feeds[] = {{.head = "", .nfill = GGP_MAX_DOCUMENT, .tail = ""},
                           {.head = "", .nfill = GGP_MAX_DOCUMENT, .tail = "]"},
                           {.head = "a", .tail = ""}};
    struct gg_source sources[] = {{"1", 1, read_feed, &feeds[0]},
                                  {"2", 1, read_feed, &feeds[1]},
                                  {"3", 0, read_feed, &feeds[2]}};

    open_reader(sources, 3, 0, never);
    ck_assert_int_eq(next(), GG_OK);
    ck_assert_uint_eq(chunk.len, GGP_MAX_DOCUMENT);
    ck_assert_int_eq(chunk.is_too_long, 0);
    expect_too_long(0);
    expect_lines(1, "a");
    expect_end();
}
END_TEST

/* --- failures ------------------------------------------------------------- */

static const struct {
    size_t fail_at;
    gg_status failure; /* what the source says */
    gg_status status;
    const char *message;
} failures[] = {
    {3, GG_EIO, GG_EIO, "no more"},
    {5, GG_EPOLICY, GG_EPOLICY, "no more"},
    {4, GG_OK, GG_EIO, "in: cannot be read"},
};

START_TEST(gives_whole_lines_before_a_failure)
{
    struct feed feed = {.head = "a\nbcdefgh\n",
                        .tail = "",
                        .step = 1,
                        .fail_at = failures[_i].fail_at,
                        .failure = failures[_i].failure};
    struct gg_source source = {"in", 0, read_feed, &feed};

    open_reader(&source, 1, 0, never);
    expect_lines(1, "a\n");
    ck_assert_int_eq(next(), failures[_i].status);
    ck_assert_str_eq(error.message, failures[_i].message);
    ck_assert_int_eq(has, 0);
}
END_TEST

START_TEST(gives_no_part_of_a_document_that_fails)
{
    struct feed feed = {.head = "{}\n", .tail = "", .step = 1, .fail_at = 3};
    struct gg_source source = {NULL, 1, read_feed, &feed};

    open_reader(&source, 1, 0, never);
    ck_assert_int_eq(next(), GG_EIO);
    ck_assert_str_eq(error.message, "input: cannot be read");
    ck_assert_int_eq(has, 0);
}
END_TEST

START_TEST(drops_the_line_that_a_stop_cut_short)
{
    int stop = 0;
    struct gg_stop when = {is_set, &stop};
    struct feed feed = {
        .head = "a\nbcd", .tail = "", .step = 1, .stop_at = 5, .stop = &stop};
    struct gg_source source = {"in", 0, read_feed, &feed};

    open_reader(&source, 1, 0, when);
    expect_lines(1, "a\n");
    /* The end of the source may be the signal's doing: "bcd" is no line. */
    ck_assert_int_eq(next(), GG_EINTERRUPTED);
    ck_assert_int_eq(has, 0);
}
END_TEST

static long read_too_much(void *payload, char *bytes, size_t size,
                          struct gg_error *err)
{
    (void)payload;
    (void)bytes;
    (void)err;
    return (long)size + 1;
}

START_TEST(believes_no_source_that_gives_more_than_asked)
{
    struct gg_source source = {"in", 0, read_too_much, NULL};

    open_reader(&source, 1, 0, never);
    ck_assert_int_eq(next(), GG_EIO);
    ck_assert_int_eq(has, 0);
}
END_TEST

Suite *reader_suite(void)
{
    Suite *suite = suite_create("reader");
    TCase *lines = tcase_create("lines");
    TCase *documents = tcase_create("documents");
    TCase *failing = tcase_create("fail");

    tcase_set_timeout(lines, 60);
    tcase_add_checked_fixture(lines, NULL, teardown);
    tcase_add_loop_test(lines, passes_bytes_as_they_are_but_for_a_leading_bom,
                        0, COUNT(small));
    tcase_add_test(lines, starts_over_with_each_source);
    tcase_add_test(lines, sets_lines_that_are_too_long_apart);
    tcase_add_test(
        lines, counts_lines_after_one_that_is_too_long_at_the_end_of_a_source);
    tcase_add_test(lines, takes_a_line_of_just_a_mebibyte);
    tcase_add_test(lines, skips_an_endless_line_without_holding_it);
    tcase_add_test(lines, does_not_keep_lines_waiting_for_a_full_chunk);
    tcase_add_test(lines, leaves_a_chunk_of_no_run_alone);
    suite_add_tcase(suite, lines);
    tcase_set_timeout(documents, 60);
    tcase_add_checked_fixture(documents, NULL, teardown);
    tcase_add_test(documents, reads_a_document_whole);
    tcase_add_test(documents, holds_a_document_to_64_mebibytes);
    suite_add_tcase(suite, documents);
    tcase_add_checked_fixture(failing, NULL, teardown);
    tcase_add_loop_test(failing, gives_whole_lines_before_a_failure, 0,
                        COUNT(failures));
    tcase_add_test(failing, gives_no_part_of_a_document_that_fails);
    tcase_add_test(failing, drops_the_line_that_a_stop_cut_short);
    tcase_add_test(failing, believes_no_source_that_gives_more_than_asked);
    suite_add_tcase(suite, failing);
    return suite;
}
