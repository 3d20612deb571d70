#  include_order.awk: reads lines "FROM TO", one an #include between files of the tree, both paths from the root, and says which
#  run against the order of CONTRIBUTING.md: a folder includes only what stands to its right. Exit 1 when one does.
#  Files are nouns here: a.c and a.h are one.
BEGIN {
    #  Of each part, groups from left to right; what stands in one group side by side does not know each other, unless it is one folder.
    order ["worker"] = "worker/main worker/r|worker/session worker/inspect|worker/dataset|worker/parts|worker/join|worker/pipeline|worker/output worker/results|" \
        "worker/encoders worker/input|worker/rules|worker/formats|worker/text worker/memory"
    order ["worker/rules"] = "worker/rules/record|worker/rules/binding|worker/rules/mapping|worker/rules/schema|" \
        "worker/rules/units worker/rules/profile|worker/rules/identifiers worker/rules/codes worker/rules/numbers worker/rules/dates"
    order ["broker"] = "broker/main|broker/broker|broker/start|broker/ broker/clients broker/workers broker/upkeep|broker/context|broker/config|broker/jobs|" \
        "broker/dispatch broker/feed broker/files broker/store|broker/access"
    order ["client"] = "client/main|client/gateway/main|client/gateway/gateway|client/gateway/calls|client/gateway/jobs|client/gateway/context|client/gateway/http client/gateway/broker|client/gateway/spool client/gateway/access|client/bridge|client/commands|client/load client/launch|client/verification client/report|client/result|client/connection|client/terminal|client/arguments client/drawing"
    order ["messages"] = "messages/files|messages/|messages/keys messages/codec messages/json messages/sockets messages/settings messages/s3|messages/http|messages/base|messages/text"
    for (part in order) {
        n = split (order [part], groups, "|")
        for (i = 1; i <= n; i++) {
            m = split (groups [i], names, " ")
            for (j = 1; j <= m; j++) { rank [part, names [j]] = i; known [names [j]] = 1 }
        }
    }
    #  The broker's other root files, its clients and its workers answer each other; circles are looked for elsewhere.
    room ["broker/"] = room ["broker/clients"] = room ["broker/workers"] = room ["broker/upkeep"] = "broker's hands"
}
function stem (path) { sub (/\.[ch]$/, "", path); return path }
#  The entry of `order [part]` that a file belongs to: itself, its folder, or its part's root.
function place (part, path,    p) {
    p = stem(path)
    if ((part, p) in rank) return p
    while (sub (/\/[^\/]*$/, "", p) && length (p) >= length (part)) {
        if ((part, p) in rank) return p
        if (p == part) return (part, part "/") in rank ? part "/" : ""
    }
    return ""
}
function wrong (why) { print "  " $1 " includes " $2 ": " why; bad = 1 }
function judge (part,    a, b) {
    a = place(part, $1); b = place(part, $2)
    #  The gateway is a client of the broker's protocol and of nothing that dmh does on a terminal or with a result.
    if ($1 ~ /^client\/gateway\// && $2 !~ /^client\/(gateway|connection|arguments|drawing)\//) wrong("the gateway knows connection, arguments and drawing alone")
    #  So is the bridge to message queues.
    if ($1 ~ /^client\/bridge\// && $2 !~ /^client\/(bridge|connection|arguments)\//) wrong("the bridge knows connection and arguments alone")
    if (a == "") wrong("its folder has no place in the order; give it one in test/include_order.awk")
    else if (b == "") wrong("that folder has no place in the order")
    else if (a == b || (a in room && b in room)) return
    else if (rank [part, a] >= rank [part, b]) wrong(b " does not stand to the right of " a)
}
{
    split ($1, from, "/"); split ($2, to, "/")
    if (stem($1) == stem($2)) next
    if (from [1] != to [1]) {
        if (to [1] == "messages") next
        if (from [1] == "client" && $2 ~ /^worker\/inspect\//) next
        if (from [1] == "client" && ($2 == "worker/join/join.h" || $2 == "worker/dataset/dataset.h")) next
        if (stem($1) == "client/connection/local" && ($2 == "broker/broker.h" || $2 == "worker/session/session.h")) next
        wrong("components know messages and never each other")
        next
    }
    judge(from [1])
    if ($1 ~ /^worker\/rules\// && $2 ~ /^worker\/rules\//) judge("worker/rules")
    if ($2 == "broker/context.h" && $1 !~ /^broker\/([^\/]*|clients\/.*|workers\/.*|upkeep\/.*)$/) wrong("only the root, clients, workers and upkeep know the whole broker")
}
END { exit bad }
