// SPDX-License-Identifier: MIT
//
// floor.cc - what it takes to read seven fields of each grant with simdjson's
// on-demand parser, line by line, and do nothing with them: floor FILE prints
// the sum that floor.c does.

#include "lines.h"

#include <cinttypes>
#include <simdjson.h>

using namespace simdjson;

static uint64_t sum;
static ondemand::parser parser;

static void sum_value(ondemand::value value)
{
    std::string_view text;
    uint64_t number;

    if (value.get_string().get(text) == SUCCESS)
        sum_text(&sum, text.data(), text.size());
    else if (value.get_uint64().get(number) == SUCCESS)
        sum += number;
}

static void take_settings(ondemand::object settings)
{
    for (auto member : settings) {
        std::string_view key = member.unescaped_key();

        if (key == "smtp_host" || key == "smtp_port")
            sum_value(member.value());
    }
}

static void take(char *line, size_t len)
{
    ondemand::document doc = parser.iterate(line, len, len + PADDING_BYTES);

    for (auto member : doc.get_object()) {
        std::string_view key = member.unescaped_key();

        if (key == "id" || key == "provider" || key == "grant_status" ||
            key == "email" || key == "created_at")
            sum_value(member.value());
        else if (key == "settings")
            take_settings(member.value().get_object());
    }
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : nullptr;

    if (!file || lines_read(file, take) != 0)
        return 2;
    printf("%" PRIu64 "\n", sum);
    return 0;
}
