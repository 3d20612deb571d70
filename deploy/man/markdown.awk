#  markdown.awk: Markdown, as the documents here use it, as a manual page: headings, paragraphs, tables of two columns and
#  more (the first is the term), blocks of code, `code`, **strong**, [links](address).
#  -v name= -v section= -v version= -v title= ("what it is", behind the name).

function roff(text,    out, word) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    while (match(text, /\[[^]]*\]\([^)]*\)/)) {
        word = substr(text, RSTART, RLENGTH)
        out = word
        sub(/^\[/, "", out)
        sub(/\]\(.*/, "", out)
        sub(/^.*\]\(/, "", word)
        sub(/\)$/, "", word)
        text = substr(text, 1, RSTART - 1) out " (" word ")" substr(text, RSTART + RLENGTH)
    }
    out = ""
    while (match(text, /`[^`]*`/)) {
        out = out substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 1, RLENGTH - 2) "\\fP"
        text = substr(text, RSTART + RLENGTH)
    }
    text = out text
    out = ""
    while (match(text, /\*\*[^*]*\*\*/)) {
        out = out substr(text, 1, RSTART - 1) "\\fB" substr(text, RSTART + 2, RLENGTH - 4) "\\fP"
        text = substr(text, RSTART + RLENGTH)
    }
    text = out text
    if (text ~ /^[.']/)
        text = "\\&" text
    return text
}

BEGIN {
    printf ".TH %s %s \"\" \"dmh %s\" \"File formats\"\n.SH NAME\n%s \\- %s\n", toupper(roff(name)), section, version, roff(name), roff(title)
    printf ".SH DESCRIPTION\n"
}

/^```/ {
    code = !code
    print code ? ".PP\n.nf" : ".fi"
    begun = 0
    next
}
code { print roff($0); next }
/^# / { next }
/^## / { printf ".SH %s\n", toupper(roff(substr($0, 4))); begun = 0; pending = 0; next }
/^\|[-| :]*\|$/ { next }
/^\|/ {
    #  a bar within `code` is none of the table's
    line = substr($0, 2)
    sub(/ *\|$/, "", line)
    n = 0
    cell = ""
    ticks = 0
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "`")
            ticks = !ticks
        if (c == "|" && !ticks) {
            cells[++n] = cell
            cell = ""
        } else
            cell = cell c
    }
    cells[++n] = cell
    for (i = 1; i <= n; i++)
        gsub(/^ +| +$/, "", cells[i])
    if (!table) {
        table = 1
        next
    }
    printf ".TP\n%s\n", roff(cells[1])
    for (i = 2; i <= n; i++)
        printf "%s%s\n", roff(cells[i]), i < n ? ";" : ""
    next
}
{ table = 0 }
/^$/ { pending = 1; next }
{
    if (pending && begun)
        print ".PP"
    pending = 0
    begun = 1
    print roff($0)
}
END { printf ".SH SEE ALSO\n.BR dmh (1),\n.BR dmh\\-run (1)\n" }
