//  drawing_style.c: the colours of drawings, and of the page around them: every word has a contrast of 4.5:1
//  and more with what is behind it (WCAG 2.2, 1.4.3), bars of 3:1 (1.4.11).
#include "client/drawing/drawing.h"

#define LIGHT                                                                                                \
    "--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--panel:#f6f8fa;--good:#1a7f50;"               \
    "--calm:#6e7781;--warn:#9a6700;--bad:#b42318;--band:#dbe7f5;--band-line:#4a76a8;--bar:#2f6fab;"

const char DRAWING_STYLE[] =
    ":root{color-scheme:light dark;" LIGHT "}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9ea7b3;--line:#3d444d;"
    "--paper:#0d1117;--panel:#161b22;--good:#3fb27f;--calm:#8b949e;--warn:#d29922;--bad:#f47067;--band:#"
    "1d2f47;"
    "--band-line:#6d9bd1;--bar:#539bf5;}}\n"
    "@media print{:root{color-scheme:light;" LIGHT "}svg{print-color-adjust:exact;"
    "-webkit-print-color-adjust:exact}}\n"
    ".d{display:block;width:100%;height:auto;overflow:visible}\n"
    ".d text{font:13px system-ui,sans-serif;fill:var(--ink)}\n"
    ".d .s{fill:var(--soft);font-size:11px}.d .n{font-weight:600}\n"
    ".d-good{fill:var(--good)}.d-soft{fill:var(--calm)}.d-warn{fill:var(--warn)}.d-bad{fill:var(--bad)}\n"
    ".d-stream{opacity:.3}.d-whole{fill:var(--calm)}.d-bar{fill:var(--bar)}\n"
    ".d-band{fill:var(--band)}.d-edge{stroke:var(--band-line);stroke-dasharray:3 3;fill:none}\n"
    ".d-axis{stroke:var(--soft);fill:none}.d-rest{fill:var(--line)}\n"
    ".share{display:block;width:100%;min-width:5rem;height:.7rem;margin-top:.35rem}\n";
