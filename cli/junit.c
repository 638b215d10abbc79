/* SPDX-License-Identifier: MIT */
/*
 * junit.c - the outcomes of tests as JUnit writes them, for servers that read
 * that.  A suite is a file; its counts come first, so its cases wait.
 */
#include "show.h"

#include <stdlib.h>
#include <string.h>

static void junit_begin(struct outcomes *outcomes)
{
    (void)outcomes;
    puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>");
}

/* Print the suite whose cases have been gathered, if there is one. */
static void end_suite(struct outcomes *outcomes)
{
    if (!outcomes->stream)
        return;
    fclose(outcomes->stream);
    outcomes->stream = NULL;
    fputs("  <testsuite name=\"", stdout);
    escape_xml(stdout, outcomes->file);
    printf("\" tests=\"%lu\" failures=\"%lu\">\n%s  </testsuite>\n",
           outcomes->file_ran, outcomes->file_failed,
           outcomes->text ? outcomes->text : "");
    free(outcomes->text);
    outcomes->text = NULL;
    outcomes->file_ran = 0;
    outcomes->file_failed = 0;
}

static void print_failure(FILE *stream, const struct gg_test_result *result)
{
    size_t i;

    fputs("      <failure message=\"", stream);
    escape_xml(stream, result->message);
    fputs("\">", stream);
    for (i = 0; i < result->nfields; i++) {
        const struct gg_test_field *field = &result->fields[i];

        if (field->is_same)
            continue;
        escape_xml(stream, field->name);
        fputs(": expected ", stream);
        escape_xml(stream, field->expected);
        fputs(", got ", stream);
        escape_xml(stream, field->actual ? field->actual : "nothing");
        fputc('\n', stream);
    }
    if (result->actual)
        escape_xml(stream, result->actual);
    fputs("</failure>\n", stream);
}

static void junit_report(struct outcomes *outcomes,
                         const struct gg_test_result *result)
{
    FILE *stream;

    if (strcmp(outcomes->file, result->file) != 0)
        end_suite(outcomes);
    if (!outcomes->stream) {
        snprintf(outcomes->file, sizeof(outcomes->file), "%s", result->file);
        outcomes->stream = open_memstream(&outcomes->text, &outcomes->len);
    }
    outcomes->ran++;
    outcomes->file_ran++;
    outcomes->failed += !result->passed;
    outcomes->file_failed += !result->passed;
    stream = outcomes->stream;
    if (!stream)
        return; /* out of memory: the counts remain */
    fputs("    <testcase classname=\"", stream);
    escape_xml(stream, result->file);
    fputs("\" name=\"", stream);
    escape_xml(stream, result->name);
    fputs(result->passed ? "\"/>\n" : "\">\n", stream);
    if (result->passed)
        return;
    print_failure(stream, result);
    fputs("    </testcase>\n", stream);
}

static void junit_end(struct outcomes *outcomes, const char *failure)
{
    end_suite(outcomes);
    if (failure) {
        fputs("  <testsuite name=\"grantgate\" tests=\"1\" errors=\"1\">\n"
              "    <testcase classname=\"grantgate\" name=\"every test file "
              "loads\">\n      <error message=\"",
              stdout);
        escape_xml(stdout, failure);
        fputs("\"/>\n    </testcase>\n  </testsuite>\n", stdout);
    }
    puts("</testsuites>");
}

const struct outcome_format junit_format = {junit_begin, junit_report,
                                            junit_end};
