/* SPDX-License-Identifier: MIT */
/*
 * page_style.c - how the page looks, and that it may do nothing else.
 *
 * The style is allowed by its hash: what a record might smuggle in would have
 * another one.  Bars are lengths in SVG attributes, so no element needs a
 * style of its own.
 */
#include "report.h"

#include <openssl/evp.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light dark;--page:#fff;--ink:#1c2024;--soft:#5b6470;"
    "--line:#dfe3e8;--panel:#f5f7f9;--link:#0b5cad;--accept:#2e8b57;"
    "--reauth:#e08a00;--repair:#2a7de1;--defer:#8a94a0;--reject:#8e44ad;"
    "--error:#c62828}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#14171a;--ink:#e6e9ec;"
    "--soft:#9aa4b0;--line:#30363d;--panel:#1d2126;--link:#7ab7ff;"
    "--accept:#4cb87c;--reauth:#f0a732;--repair:#5aa2f5;--defer:#7c8794;"
    "--reject:#b77fd0;--error:#ef6a6a}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:2rem 1.5rem 4rem;max-width:76rem;"
    "background:var(--page);color:var(--ink);font:16px/1.5 system-ui,"
    "sans-serif;overflow-wrap:anywhere}\n"
    "h1{font-size:1.75rem;line-height:1.2;margin:0 0 .25rem}\n"
    "h2{font-size:1.2rem;margin:2.75rem 0 .5rem}\n"
    "p{margin:.5rem 0;max-width:46rem}\n"
    "a{color:var(--link)}\n"
    "header p,.soft,.zero,figcaption{color:var(--soft)}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,"
    "minmax(8.5rem,1fr));gap:.75rem;margin:1.5rem 0}\n"
    ".cards div{background:var(--panel);border-top:4px solid var(--line);"
    "border-radius:4px;padding:.75rem 1rem}\n"
    ".cards dt{color:var(--soft)}\n"
    ".cards dd{margin:0;font-variant-numeric:tabular-nums}\n"
    ".cards dd:nth-of-type(1){font-size:1.6rem;font-weight:600;"
    "line-height:1.3}\n"
    ".cards .accept{border-color:var(--accept)}\n"
    ".cards .reauth{border-color:var(--reauth)}\n"
    ".cards .repair{border-color:var(--repair)}\n"
    ".cards .defer{border-color:var(--defer)}\n"
    ".cards .reject{border-color:var(--reject)}\n"
    ".cards .error{border-color:var(--error)}\n"
    ".warning{background:var(--panel);border-left:4px solid var(--error);"
    "padding:.75rem 1rem;margin:1.5rem 0}\n"
    ".warning ul{margin:.25rem 0;padding-left:1.25rem}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;width:100%;font-size:.9375rem;"
    "overflow-wrap:normal}\n"
    "th,td{padding:.35rem .75rem .35rem 0;text-align:left;"
    "vertical-align:top;border-bottom:1px solid var(--line)}\n"
    "thead th{font-weight:600;vertical-align:bottom;white-space:nowrap}\n"
    "tbody th{font-weight:400;overflow-wrap:anywhere;min-width:8rem;"
    "max-width:20rem}\n"
    "td:last-child,th:last-child{padding-right:0}\n"
    "tbody td:not([class]){min-width:7rem}\n"
    ".link+td:not([class]){min-width:0}\n"
    ".n{text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums}\n"
    ".bar{width:34%;min-width:9rem;vertical-align:middle}\n"
    ".bar svg{display:block;width:100%;height:.8rem;background:var(--panel);"
    "border-radius:2px}\n"
    "thead .key::before{content:\"\";display:inline-block;width:.65em;"
    "height:.65em;margin-right:.35em;border-radius:2px;"
    "background:var(--defer)}\n"
    "thead .accept::before{background:var(--accept)}\n"
    "thead .reauth::before{background:var(--reauth)}\n"
    "thead .repair::before{background:var(--repair)}\n"
    "thead .reject::before{background:var(--reject)}\n"
    "thead .error::before{background:var(--error)}\n"
    "rect{fill:var(--defer)}\n"
    "rect.accept{fill:var(--accept)}\n"
    "rect.reauth{fill:var(--reauth)}\n"
    "rect.repair{fill:var(--repair)}\n"
    "rect.reject{fill:var(--reject)}\n"
    "rect.error{fill:var(--error)}\n"
    ".examples{margin:0;padding:0;list-style:none}\n"
    ".examples li{overflow-wrap:anywhere;margin:0 0 .25rem}\n"
    "code{font:.8125rem/1.45 ui-monospace,monospace}\n"
    ".link{max-width:26rem}\n"
    ".link code{display:block;overflow:hidden;text-overflow:ellipsis;"
    "white-space:nowrap;-webkit-user-select:all;user-select:all;"
    "line-height:1.8}\n"
    "@media print{:root{--page:#fff;--ink:#000;--soft:#444;--line:#bbb;"
    "--panel:#f2f2f2;--link:#000;--accept:#2e8b57;--reauth:#e08a00;"
    "--repair:#2a7de1;--defer:#8a94a0;--reject:#8e44ad;--error:#c62828}"
    "body{padding:0;max-width:none;font-size:10pt}"
    "table{font-size:8.5pt}"
    "h2{break-after:avoid}tr,.cards div{break-inside:avoid}"
    "thead{display:table-header-group}.wide{overflow:visible}"
    ".link code{white-space:normal;overflow-wrap:anywhere;line-height:1.3}"
    "svg,rect,.cards div,.warning,thead .key::before{"
    "-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

/* The base64 of the SHA-256 of the style, as a content policy has it. */
static int hash_style(unsigned char hash[45])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;

    if (EVP_Digest(style, sizeof(style) - 1, digest, &size, EVP_sha256(),
                   NULL) != 1)
        return -1;
    return EVP_EncodeBlock(hash, digest, (int)size) == 44 ? 0 : -1;
}

int page_head(FILE *page, const char *title)
{
    unsigned char hash[45];

    if (hash_style(hash) != 0)
        return -1;
    fprintf(page,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
            "<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" "
            "content=\"default-src 'none'; style-src 'sha256-%s'; "
            "base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n"
            "<meta name=\"viewport\" "
            "content=\"width=device-width, initial-scale=1\">\n"
            "<title>%s</title>\n<style>%s</style>\n</head>\n",
            (const char *)hash, title, style);
    return 0;
}
