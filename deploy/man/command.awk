#  command.awk: a manual page dmh-COMMAND(1) for each command, of three sources: the program's own table (`dmh complete`,
#  standard input), the paragraphs of options in dmh.1 (-v options=), and what is to be said of a command
#  (-v descriptions=: "@COMMAND" and lines of roff). An option without a paragraph has its line of help.
#  -v folder= is where pages go, -v version= what they are of, -v except= commands with pages of their own.

function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    sub(/^[.']/, "\\\\\\&&", text)
    return text
}

#  The paragraphs of dmh.1's section OPTIONS, by each option in their heads.
function read_options(    line, inside, head, names, n, i, body) {
    while ((getline line < options) > 0) {
        if (line ~ /^\.SH/) {
            inside = line == ".SH OPTIONS"
            head = 0
        } else if (inside && line == ".TP") {
            head = 1
            names = ""
        } else if (inside && head == 1) {
            gsub(/\\-/, "-", line)
            while (match(line, /--[a-z][a-z-]*/)) {
                names = names " " substr(line, RSTART, RLENGTH)
                line = substr(line, RSTART + RLENGTH)
            }
            head = 2
        } else if (inside && head == 2) {
            n = split(names, each, " ")
            for (i = 1; i <= n; i++)
                paragraph[each[i]] = paragraph[each[i]] line "\n"
        }
    }
}

function read_descriptions(    line, name) {
    while ((getline line < descriptions) > 0)
        if (line ~ /^@/)
            name = substr(line, 2)
        else if (name != "")
            description[name] = description[name] line "\n"
}

function finish() {
    if (page == "")
        return
    printf ".SH EXIT STATUS\nSee\n.BR dmh (1).\n.SH EXAMPLES\n.nf\n%s\n.fi\n.SH SEE ALSO\n.BR dmh (1),\n.BR dmh\\-mapping (5),\n.BR dmh\\-report (5),\n.BR dmh\\-json (5)\n", example >page
    close(page)
    page = ""
}

BEGIN {
    FS = "\t"
    read_options()
    read_descriptions()
}

$1 == "command" {
    finish()
    command = $2
    if (index(" " except " ", " " $2 " "))
        next
    page = folder "/dmh-" $2 ".1"
    example = roff($5)
    printf ".TH DMH\\-%s 1 \"\" \"dmh %s\" \"User commands\"\n", toupper($2), version >page
    printf ".SH NAME\ndmh\\-%s \\- %s\n.SH SYNOPSIS\n.B dmh %s\n%s\n", $2, roff($4), $2, roff($3 == "" ? "[options]" : $3 " [options]") >page
    printf ".SH DESCRIPTION\n%s.SH OPTIONS\n", description[$2] != "" ? description[$2] : roff(toupper(substr($4, 1, 1)) substr($4, 2)) ".\n" >page
    next
}

page != "" {
    printf ".TP\n.B %s%s%s\n%s", ($2 != "" ? roff($2) ", " : ""), roff($1), ($3 != "" ? " \\fI" roff($3) "\\fP" : ""), \
        ((command " " $1) in description ? description[command " " $1] : $1 in paragraph ? paragraph[$1] : roff($5) ".\n") >page
}

END { finish() }
