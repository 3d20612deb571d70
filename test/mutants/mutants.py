"""mutants.py: what make mutants does: says which changes of the product no test notices.

    mutants.py [--folder D]… [--since REV] [--count N] [--seed SEED] [--again] [--budget SECONDS]
               [--integration SECONDS] [--tests T] [--wholes W] [--jobs J]

Takes a seeded sample of the mutants of each folder (or of the lines that the diff since REV touches), builds all of them at once
into build/mutants/tree (mutate.py), asks each test which of them it reaches, and runs for each the tests that reach it until one
fails. A test that hangs, leaks or touches memory that is not its own has failed: the build is one of AddressSanitizer. Those of
test/mutants/equivalent are named there with the reason why no test can tell them from the product. --again: those alone that
survived last time. Ends with 1 when fewer than 90 % of a folder are killed."""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import mutate    # noqa: E402

FOLDERS = ["messages", "broker/dispatch", "broker/jobs", "broker/files", "worker/output", "worker/pipeline"]
PLACES = ["messages", "broker", "worker", "client"]
HOME = "build/mutants"
TREE = HOME + "/tree"
BUILD = TREE + "/build/mutants"
FILE_MUTANTS = 4096    #  the numbers of a file, so that a change in one leaves those of the others
#  Seconds are those that a test has run or waited itself (serve.c): a machine that does other work, too, changes nothing.
TEST_SECONDS = 10      #  a test has at least as many, and TIMES_AS_LONG as many as without a mutant
TIMES_AS_LONG = 4
MUTANT_SECONDS = 60    #  the tests of one mutant, the likeliest first; whoever outlives them is a survivor


def one_line(text):
    return re.sub(r"\s+", " ", text)


def sources(folder, ending=".c"):
    return sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith(ending))


# ---- the tree ----

def put(path, content):
    """Writes a file of the tree unless it holds that already: make looks at the time."""
    if os.path.exists(path):
        with open(path, "rb") as old:
            if old.read() == content:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as new:
        new.write(content)


def lay_tree(mutants):
    wanted = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True)
    by_file = defaultdict(list)
    for mutant in mutants:
        by_file[mutant.file].append(mutant)
    kept = {"messages/mutant.c"}
    for path in wanted.stdout.splitlines():
        if path.startswith("fixtures/") or not os.path.isfile(path):
            continue
        with open(path, "rb") as source:
            content = source.read()
        put(f"{TREE}/{path}", mutate.rendered(content, by_file[path]) if path in by_file else content)
        if os.access(path, os.X_OK):
            os.chmod(f"{TREE}/{path}", 0o755)
        kept.add(path)
    with open("test/mutants/mutant.c", "rb") as source:
        put(f"{TREE}/messages/mutant.c", source.read())
    for path in sources(TREE, ""):
        ours = os.path.relpath(path, TREE)
        if not ours.startswith(("build/", "fixtures/")) and ours not in kept:
            os.unlink(path)
    if not os.path.islink(TREE + "/fixtures"):
        os.symlink(os.path.abspath("fixtures"), TREE + "/fixtures")


def build(wanted):
    make = ["make", "-C", TREE, "--no-print-directory", "-j2", "FLAVOUR=mutants", *wanted]
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    if subprocess.run(make, env=alone).returncode != 0:
        raise SystemExit("the mutants do not build; build/mutants/tree holds them")


# ---- which there are ----

def all_mutants(folders, packages):
    arguments = mutate.arguments_of_the_compiler(packages)
    every = {path: at for at, path in enumerate(sorted(p for place in PLACES for p in sources(place)))}
    found = []
    for path in sorted({path for folder in folders for path in (sources(folder) if os.path.isdir(folder) else [folder])}):
        for n, mutant in enumerate(mutate.File(path, arguments).mutants):
            found.append(mutant._replace(number=every[path] * FILE_MUTANTS + n + 1))
    return found, len(every) * FILE_MUTANTS + 1


def identities(mutants):
    """A name for each that stays while its function does."""
    seen, names = defaultdict(int), {}
    for m in mutants:
        name = f"{m.file}:{m.function}: {m.rule}: {one_line(m.original)} → {one_line(m.text)}"
        seen[name] += 1
        names[m.number] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return names


def touched_lines(revision):
    """Of each source those lines that the diff since a revision adds or changes."""
    diff = subprocess.run(["git", "diff", "-U0", "--relative", revision, "--", *PLACES], capture_output=True, text=True, check=True)
    lines, path = defaultdict(set), None
    for line in diff.stdout.splitlines():
        if line.startswith("+++ "):
            path = line[6:] if line.startswith("+++ b/") and line.endswith(".c") else None
        hunk = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if hunk and path:
            begin, count = int(hunk[1]), int(hunk[2] or 1)
            lines[path].update(range(begin, begin + count))
    return lines


def sample(mutants, names, count, seed):
    """By a hash of the name: a change elsewhere leaves the sample as it is."""
    def lot(m):
        return hashlib.sha256(f"{seed} {names[m.number]}".encode()).digest()
    return sorted(sorted(mutants, key=lot)[:count], key=lambda m: m.number)


def equivalent():
    """Name → reason, of test/mutants/equivalent: a name a line, the reason indented below."""
    found, name = {}, None
    with open("test/mutants/equivalent", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith((" ", "\t")) and name:
                found[name] = (found[name] + " " + line.strip()).strip()
            elif line.strip() and not line.startswith("#"):
                name = line.strip()
                found[name] = ""
    return found


# ---- tests ----

class Server:
    """A test program that runs one test of one mutant after the other (serve.c)."""

    def __init__(self, program, reached=None):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="dmh-mutant.")
        here = os.path.abspath(BUILD)
        told = dict(os.environ, PATH=here + ":" + os.environ["PATH"], DMH_BUILD=here, TMPDIR=self.folder,
                    ASAN_OPTIONS="detect_leaks=1:allocator_may_return_null=1:handle_abort=0",
                    LSAN_OPTIONS=f"suppressions={os.path.abspath('test/lsan.supp')}:print_suppressions=0")
        if reached:
            told["DMH_MUTANT_REACHED"] = reached
        self.process = subprocess.Popen([os.path.abspath(program)], cwd=TREE, env=told, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=be_nice)
        self.tests = [line.strip() for line in iter(self.process.stdout.readline, "\n") if line]

    def passes(self, mutant, test, seconds):
        self.process.stdin.write(f"{mutant} {seconds:.1f} {test}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        for name in os.listdir(self.folder):
            shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        if not answer:
            raise SystemExit(f"{self.program} ended")
        verdict, spent = answer.split()
        return verdict == "0", float(spent)

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def be_nice():
    os.setpriority(os.PRIO_PROCESS, 0, max(5, os.getpriority(os.PRIO_PROCESS, 0)))


class Servers(threading.local):
    """Those of a thread."""

    every = []

    def __init__(self):
        self.by_program = {}

    def of(self, program):
        if program not in self.by_program:
            self.by_program[program] = Server(program)
            Servers.every.append(self.by_program[program])
        return self.by_program[program]


def reach_of(work):
    """Test → seconds and the mutants that it reaches, of a program; None for one that fails as the product is."""
    program, room = work
    found = {}
    with tempfile.NamedTemporaryFile(prefix="dmh-reached.") as reached:
        reached.truncate(room)
        server = Server(program, reached.name)
        for test in server.tests:
            os.pwrite(reached.fileno(), bytes(room), 0)
            passed, seconds = server.passes(0, test, 300)
            marks = os.pread(reached.fileno(), room, 0)
            found[test] = [seconds, [m.start() for m in re.finditer(b"\x01", marks)]] if passed else None
        server.end()
    return program, found


def stamp(program):
    """What a test's reach depends on: the test itself, and the product as it stands in the tree."""
    digest = hashlib.sha256()
    source = os.path.join(TREE, os.path.relpath(program, BUILD)) + ".c"
    for path in [source, *sources(TREE + "/test/support")]:
        with open(path, "rb") as content:
            digest.update(content.read())
    return digest.hexdigest()


def product_stamp():
    digest = hashlib.sha256()
    for place in PLACES:
        for path in sources(f"{TREE}/{place}", ""):
            with open(path, "rb") as content:
                digest.update(content.read())
    return digest.hexdigest()


def reached(programs, room, jobs, kind):
    """(program, test) → seconds and mutants, kept from run to run while neither test nor product changes."""
    kept_in = f"{HOME}/reach-{kind}.json"
    kept, product = remembered(kept_in), product_stamp()
    if kept.get("product") != product:
        kept = {"product": product, "programs": {}}
    stamps = {program: stamp(program) for program in programs}
    works = [(p, room) for p in programs if kept["programs"].get(p, {}).get("stamp") != stamps[p]]
    if works:
        print(f"asks {len(works)} test programs what they reach", flush=True)
    with ThreadPoolExecutor(jobs) as pool:
        for program, found in pool.map(reach_of, works):
            for test in [test for test, reach in found.items() if reach is None]:
                print(f"{os.path.relpath(program, BUILD)} {test} fails without any mutant: it is left out", flush=True)
                del found[test]
            kept["programs"][program] = {"stamp": stamps[program], "tests": found}
            with open(kept_in + ".new", "w", encoding="utf-8") as text:
                json.dump(kept, text)
            os.replace(kept_in + ".new", kept_in)
    return {(program, test): found for program in programs for test, found in kept["programs"][program]["tests"].items()}


def kill(work):
    """Which test fails on a mutant; None: none of those that there is time for."""
    mutant, tests, budget, servers = work
    spent = 0.0
    for program, test, seconds in tests:
        if spent > budget:
            break
        passed, took = servers.of(program).passes(mutant.number, test, max(TEST_SECONDS, TIMES_AS_LONG * seconds))
        if not passed:
            return mutant.number, f"{os.path.relpath(program, BUILD)} {test}"
        spent += took
    return mutant.number, None


def likeliest_first(mutant, tests):
    """Those of the mutant's own file, then of its folder, then of its program; within these the quickest."""
    parts = re.sub(r"\.c$", "", mutant.file).split("/")
    def key(entry):
        program, _, seconds = entry
        theirs = re.sub(r"_test$", "", os.path.relpath(program, BUILD + "/test/unit")).split("/")
        same = 0
        while same < min(len(parts), len(theirs)) and parts[same] == theirs[same]:
            same += 1
        return -same, seconds
    return sorted(tests, key=key)


def hunt(mutants, tests, jobs, budget, last):
    """Mutant → the test that kills it; `last`: nobody else is asked, survivors are named at once."""
    by_mutant = defaultdict(list)
    for (program, test), (seconds, numbers) in tests.items():
        for number in numbers:
            by_mutant[number].append((program, test, seconds))
    servers = Servers()
    works = [(m, likeliest_first(m, by_mutant[m.number]), budget, servers) for m in mutants]
    killed, reach = {}, {m.number: len(by_mutant[m.number]) for m in mutants}
    with ThreadPoolExecutor(jobs) as pool:
        for n, (number, killer) in enumerate(pool.map(kill, works), 1):
            killed[number] = killer
            if not killer and last:
                tell_survivor(mutants[n - 1], reach[number])
            if n % 50 == 0:
                print(f"  {n} of {len(works)}, {sum(1 for k in killed.values() if not k)} alive", flush=True)
    while Servers.every:
        Servers.every.pop().end()
    return killed


# ---- what is said ----

def tell_survivor(m, reached_by):
    none = "" if reached_by else " (no test reaches it)"
    print(f"{m.file}:{m.line}: {m.rule}{none}: {one_line(m.original)} → {one_line(m.text)}", flush=True)


def tell(folder, mutants, names, killed, known):
    alive = [m for m in mutants if not killed[m.number]]
    same = [m for m in alive if names[m.number] in known]
    left = [m for m in alive if names[m.number] not in known]
    count = len(mutants) - len(same)
    share = 100.0 * (count - len(left)) / count if count else 100.0
    print(f"{folder}: {count - len(left)} of {count} killed ({share:.1f} %), {len(same)} more are equivalent", flush=True)
    return share, [names[m.number] for m in left]


def remembered(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as text:
        return json.load(text)


def arguments():
    parser = argparse.ArgumentParser(description="says which changes of the product no test notices")
    parser.add_argument("--folder", action="append", help="a folder or a file; several times; the six of CONTRIBUTING.md when none is given")
    parser.add_argument("--since", help="only lines that the diff since this revision touches")
    parser.add_argument("--count", type=int, default=300, help="of each folder (300); 0: all")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--again", action="store_true", help="only those that survived last time")
    parser.add_argument("--integration", type=float, default=0, metavar="SECONDS",
                        help="for those that no unit test kills: tests of whole programs, so many seconds a mutant")
    parser.add_argument("--budget", type=float, default=MUTANT_SECONDS, metavar="SECONDS",
                        help=f"for the unit tests of one mutant, the likeliest first ({MUTANT_SECONDS})")
    parser.add_argument("--tests", default="", help="only test programs whose path contains it")
    parser.add_argument("--wholes", default="", help="the same of the integration tests")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--packages", default="", help="the Makefile's PKGS, for pkg-config")
    return parser.parse_args()


def chosen(told):
    """The mutants that are built, those of each folder that are tried, their names, and the room that their numbers take."""
    lines = touched_lines(told.since) if told.since else None
    folders = told.folder or (sorted(lines) if told.since else FOLDERS)
    #  The others are there, too, asleep: another folder next time builds nothing anew.
    mutants, room = all_mutants(sorted({*FOLDERS, *folders}), told.packages.split())
    names, tried = identities(mutants), {}
    last = remembered(HOME + "/survivors.json") if told.again else None
    for folder in folders:
        own = [m for m in mutants if m.file == folder or m.file.startswith(folder.rstrip("/") + "/")]
        if lines is not None:
            own = [m for m in own if m.line in lines[m.file]]
        own = sample(own, names, told.count or len(own), told.seed)
        tried[folder] = [m for m in own if last is None or names[m.number] in last.get(folder, [])]
    if told.since:
        tried = {"since " + told.since: sample([m for own in tried.values() for m in own], names, told.count or 10**9, told.seed)}
    return mutants, tried, names, room


def main():
    told = arguments()
    os.makedirs(HOME, exist_ok=True)
    mutants, tried, names, room = chosen(told)
    lay_tree(mutants)
    units = [f"{BUILD}/{path[:-2]}" for path in sources("test/unit", "_test.c") if told.tests in path]
    wholes = [f"{BUILD}/{path[:-2]}" for path in sources("test/integration", "_test.c") if told.wholes in path] if told.integration else []
    build(["mutants-build", *(os.path.relpath(p, TREE) for p in units + wholes)])
    tests = reached(units, room, told.jobs, "units")
    whole_tests = reached(wholes, room, told.jobs, "wholes") if wholes else {}
    known, last, shares = equivalent(), remembered(HOME + "/survivors.json"), []
    for folder, own in tried.items():
        print(f"{folder}: tries {len(own)} mutants, seed {told.seed}", flush=True)
        killed = hunt([m for m in own if names[m.number] not in known], tests, told.jobs, told.budget, not wholes)
        if wholes:
            left = [m for m in own if names[m.number] not in known and not killed[m.number]]
            killed.update(hunt(left, whole_tests, told.jobs, told.integration, True))
        for m in own:
            killed.setdefault(m.number, None)
        share, last[folder] = tell(folder, own, names, killed, known)
        shares.append(share)
        with open(HOME + "/survivors.json", "w", encoding="utf-8") as text:
            json.dump(last, text, indent=1)
    return 0 if all(share >= 90 for share in shares) else 1


if __name__ == "__main__":
    sys.exit(main())
