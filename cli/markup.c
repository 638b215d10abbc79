/* SPDX-License-Identifier: MIT */
/*
 * markup.c - text and tables as HTML.
 *
 * All that comes from a record passes through escape_xml() here.  A bar is a
 * drawing beside the numbers it stands for, and hidden from who cannot see it.
 */
#include "report.h"

#include <inttypes.h>
#include <string.h>

#define BAR_UNITS 1000

void markup_count(FILE *page, uint64_t number)
{
    char digits[32];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number);
    size_t i;

    for (i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            fputc(',', page);
        fputc(digits[i], page);
    }
}

void markup_share(FILE *page, uint64_t part, uint64_t whole)
{
    double percent = whole > 0 ? 100 * (double)part / (double)whole : 0;

    if (part > 0 && percent < 0.1)
        fputs("&lt;&#160;0.1&#160;%", page);
    else if (part < whole && percent > 99.9)
        fputs("&gt;&#160;99.9&#160;%", page);
    else
        fprintf(page, "%.1f&#160;%%", percent);
}

void markup_section(FILE *page, const char *id, const char *heading)
{
    fprintf(page, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n",
            id, id, heading);
}

void markup_section_end(FILE *page)
{
    fputs("</section>\n", page);
}

void markup_table(FILE *page, const char *label)
{
    fprintf(page,
            "<div class=\"wide\" role=\"region\" tabindex=\"0\" "
            "aria-label=\"%s\">\n<table>\n",
            label);
}

void markup_table_end(FILE *page)
{
    fputs("</table>\n</div>\n", page);
}

void markup_count_cell(FILE *page, uint64_t number)
{
    fputs(number > 0 ? "<td class=\"n\">" : "<td class=\"n zero\">", page);
    markup_count(page, number);
    fputs("</td>", page);
}

void markup_share_cell(FILE *page, uint64_t part, uint64_t whole)
{
    fputs("<td class=\"n\">", page);
    markup_share(page, part, whole);
    fputs("</td>", page);
}

void markup_text_cell(FILE *page, const char *text)
{
    fputs("<td>", page);
    if (text)
        escape_xml(page, text);
    fputs("</td>", page);
}

void markup_name(FILE *page, const char *name)
{
    fputs("<th scope=\"row\">", page);
    escape_xml(page, name);
    fputs("</th>", page);
}

void markup_bar(FILE *page, const char *const *names, const uint64_t *counts,
                size_t n, uint64_t whole)
{
    double x = 0;
    size_t i;

    fprintf(page,
            "<td class=\"bar\"><svg viewBox=\"0 0 %d 1\" "
            "preserveAspectRatio=\"none\" aria-hidden=\"true\">",
            BAR_UNITS);
    for (i = 0; i < n && whole > 0; i++) {
        double width = BAR_UNITS * (double)counts[i] / (double)whole;

        if (counts[i] == 0)
            continue;
        if (width < 1) /* to be seen at all */
            width = 1;
        fprintf(page,
                "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" "
                "height=\"1\"/>",
                names[i], x, width);
        x += width;
    }
    fputs("</svg></td>", page);
}

void markup_link(FILE *page, const char *url)
{
    fputs("<td class=\"link\"><code>", page);
    escape_xml(page, url);
    fputs("</code></td><td>", page);
    if (strncmp(url, "https://", 8) == 0) {
        fputs("<a rel=\"noopener noreferrer\" href=\"", page);
        escape_xml(page, url);
        fputs("\">open</a>", page);
    }
    fputs("</td>", page);
}
