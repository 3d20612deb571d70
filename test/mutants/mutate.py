"""mutate.py: rewrites C sources so that each place where a rule may change them is a mutant that a number brings to life.

One build holds all of them ("mutant schemata"): mutant_is (n) of mutant.h asks for the number. Places inside macros, strings,
constants of the compiler, log lines and the words of errors are left as they are, and so is what is done without memory
(test/fault/fail_nth makes every allocation fail, one after the other). Needs libclang (python3-clang of Debian)."""

import re
import subprocess
from collections import namedtuple

from clang import cindex
from clang.cindex import CursorKind as K, TypeKind

#  offset, end: bytes of the file; text: what stands there instead; void: a statement, truth: a condition.
Mutant = namedtuple("Mutant", "number file line function rule original text offset end wrap")

BOUNDARY = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
EQUAL = {"==": "!=", "!=": "=="}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "&": "|", "|": "&", "<<": ">>", ">>": "<<", "^": "&"}
COMPOUND = {op + "=": other + "=" for op, other in ARITHMETIC.items()}
SILENT = re.compile(r"log_|error_set$|assert|__builtin_prefetch$")
COMPARES = re.compile(r"(str|strn|strcase|strncase|mem|CRYPTO_mem)cmp$")
ALLOCATES = re.compile(r"\b(malloc|calloc|realloc|strdup|strndup|asprintf|\w+_new|\w+_reserve|\w+_dup|\w+_create\w*)\s*\(")
NO_MEMORY = re.compile(r"out of memory|DMH_INTERNAL|ENOMEM")
INTEGERS = {TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG, TypeKind.LONGLONG, TypeKind.ULONGLONG, TypeKind.SHORT,
            TypeKind.USHORT, TypeKind.CHAR_S, TypeKind.SCHAR, TypeKind.UCHAR, TypeKind.BOOL, TypeKind.ENUM}


def arguments_of_the_compiler(packages):
    """What libclang is told: as the Makefile compiles, with the headers of clang itself."""
    told = subprocess.run(["pkg-config", "--cflags", *packages], capture_output=True, text=True, check=True).stdout.split()
    resource = subprocess.run(["clang", "-print-resource-dir"], capture_output=True, text=True, check=True).stdout.strip()
    return ["-std=gnu11", "-I.", "-resource-dir", resource, *told]


class File:
    """One source: its mutants in order of place."""

    def __init__(self, path, arguments):
        self.path = path
        self.mutants = []
        with open(path, "rb") as source:
            self.bytes = source.read()
        unit = cindex.Index.create().parse(path, arguments, options=cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD)
        wrong = [d.spelling for d in unit.diagnostics if d.severity >= cindex.Diagnostic.Error]
        if wrong:
            raise SystemExit(f"{path} cannot be read: {wrong[0]}")
        own = [c for c in unit.cursor.get_children() if c.location.file and c.location.file.name == path]
        self.macros = [self.span(c) for c in own if c.kind == K.MACRO_INSTANTIATION]
        for function in own:
            if function.kind == K.FUNCTION_DECL and function.is_definition():
                self.function = function.spelling
                self.result = function.result_type.get_canonical().kind
                self.visit([c for c in function.get_children() if c.kind == K.COMPOUND_STMT][0])
        self.mutants.sort(key=lambda m: (m.offset, -m.end))

    @staticmethod
    def span(cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def text(self, start, end):
        return self.bytes[start:end].decode()

    def of(self, cursor):
        return self.text(*self.span(cursor))

    def in_macro(self, start, end):
        """Whether the place stands in a macro, is one, or cuts one."""
        return any(s < end and start < e and not (start <= s and e <= end and (start, end) != (s, e)) for s, e in self.macros)

    def note(self, rule, cursor, text, wrap="value", word_too=False):
        start, end = self.span(cursor)
        original = self.text(start, end)
        if self.in_macro(start, end) and not (word_too and original in ("true", "false")):
            return
        if "\n#" in original or not original:
            return
        self.mutants.append(Mutant(0, self.path, cursor.extent.start.line, self.function, rule, original, text, start, end, wrap))

    def operator(self, cursor, left, right):
        """The operator between two operands; '' where comments or macros hide it."""
        between = self.text(self.span(left)[1], self.span(right)[0])
        return re.sub(r"[()\s]", "", between)

    #  ---- rules ----

    def condition(self, cursor):
        self.note("negated condition", cursor, f"!({self.of(cursor)})", "truth")

    def binary(self, cursor, is_condition):
        left, right = list(cursor.get_children())
        operator = self.operator(cursor, left, right)
        a, b = self.of(left), self.of(right)
        numbers = all(c.type.get_canonical().kind in INTEGERS for c in (left, right))
        if operator in ("&&", "||"):
            self.note("left condition alone", cursor, f"!!({a})", "truth")
            self.note("right condition alone", cursor, f"!!({b})", "truth")
        elif operator in BOUNDARY:
            self.note("boundary", cursor, f"({a}) {BOUNDARY[operator]} ({b})")
            if not is_condition:
                self.note("negated comparison", cursor, f"!({self.of(cursor)})")
        elif operator in EQUAL and not is_condition:
            self.note("negated comparison", cursor, f"({a}) {EQUAL[operator]} ({b})")
        elif operator in ARITHMETIC and (numbers or (operator in "+-" and right.type.get_canonical().kind in INTEGERS)):
            self.note("operator", cursor, f"({a}) {ARITHMETIC[operator]} ({b})")

    def compound(self, cursor, is_statement):
        left, right = list(cursor.get_children())
        operator = self.operator(cursor, left, right)
        if operator in COMPOUND and right.type.get_canonical().kind in INTEGERS:
            self.note("operator", cursor, f"{self.of(left)} {COMPOUND[operator]} {self.of(right)}",
                      "void" if is_statement else "value")

    def unary(self, cursor, is_statement):
        (start, end), (first, last) = self.span(cursor), self.span(list(cursor.get_children())[0])
        operator = (self.text(start, first) + self.text(last, end)).strip()
        if operator in ("++", "--"):
            other = self.of(cursor).replace(operator, "--" if operator == "++" else "++")
            self.note("operator", cursor, other, "void" if is_statement else "value")

    def call(self, cursor, is_statement):
        name, given = cursor.spelling, list(cursor.get_arguments())
        if is_statement:
            self.note("removed call", cursor, "(void) 0", "void")
        elif cursor.type.get_canonical().kind == TypeKind.INT:
            self.note("ignored result", cursor, f"((void) {self.of(cursor)}, 0)")
        if SILENT.match(name) or re.match(r"v?s?n?printf$|fprintf$", name) or self.is_symmetric(cursor):
            return
        for one, two in zip(given, given[1:]):
            same = re.sub(r"\bconst\b *", "", one.type.get_canonical().spelling) == re.sub(
                r"\bconst\b *", "", two.type.get_canonical().spelling)
            if same and self.of(one) != self.of(two) and not self.in_macro(*self.span(cursor)):
                (s, e), (a, b), (c, d) = self.span(cursor), self.span(one), self.span(two)
                swapped = self.text(s, a) + self.of(two) + self.text(b, c) + self.of(one) + self.text(d, e)
                self.note("swapped arguments", cursor, swapped, "void" if is_statement else "value")

    def is_symmetric(self, cursor):
        """Whether a call answers the same for swapped arguments: a product, or whether two are equal."""
        behind = self.bytes[self.span(cursor)[1]:]
        return cursor.spelling == "calloc" or bool(COMPARES.match(cursor.spelling) and re.match(rb"\s*[=!]=\s*0\b", behind))

    def literal(self, cursor):
        start, end = self.span(cursor)
        if self.bytes[:start].rstrip().endswith(b"[") and re.match(rb"\s*\]\s*=[^=]", self.bytes[end:]):
            return    #  a designator
        if re.search(rb"\bcalloc \($", self.bytes[:start]):
            return    #  more room than is asked for
        if re.fullmatch(r"0[67]00", self.of(cursor)):
            self.note("wider mode", cursor, "0777")
        else:
            self.note("off by one", cursor, f"({self.of(cursor)}) + 1")

    #  ---- the walk ----

    def without_memory(self, statement, before):
        """Whether an `if` asks only whether there was memory."""
        parts = list(statement.get_children())
        condition = self.of(parts[0])
        if NO_MEMORY.search(self.of(parts[1])):
            return True
        asks = re.fullmatch(r"\(?![\w>.\-\[\]*&]+( \|\| ![\w>.\-\[\]*&]+)*\)?", condition)
        return bool((asks and before and ALLOCATES.search(before)) or
                    (ALLOCATES.search(condition) and re.search(r"_reserve|alloc|strdup", condition)))

    def statements(self, block):
        before = ""
        for child in block.get_children():
            if child.kind == K.IF_STMT and self.without_memory(child, before):
                parts = list(child.get_children())
                if ALLOCATES.search(self.of(parts[0])):
                    self.visit(parts[0], quiet=True)
                if len(parts) > 2:
                    self.statement(parts[2])
            else:
                self.statement(child)
            before = self.of(child) + (before if child.kind == K.DECL_STMT else "")

    def statement(self, cursor):
        """A cursor that stands where a statement may."""
        if cursor.kind == K.CALL_EXPR:
            if not SILENT.match(cursor.spelling):
                self.call(cursor, True)
                self.children(cursor)
        elif cursor.kind == K.BINARY_OPERATOR:
            self.assignment(cursor)
        elif cursor.kind == K.COMPOUND_ASSIGNMENT_OPERATOR:
            self.compound(cursor, True)
            self.children(cursor)
        elif cursor.kind == K.UNARY_OPERATOR:
            self.unary(cursor, True)
            self.children(cursor)
        else:
            self.visit(cursor)

    def assignment(self, cursor):
        left = list(cursor.get_children())[0]
        if left.kind in (K.MEMBER_REF_EXPR, K.ARRAY_SUBSCRIPT_EXPR, K.UNARY_OPERATOR):
            self.note("removed assignment", cursor, "(void) 0", "void")
        self.children(cursor)

    def children(self, cursor):
        for child in cursor.get_children():
            self.visit(child)

    def visit(self, cursor, quiet=False):
        kind, parts = cursor.kind, list(cursor.get_children())
        if kind == K.COMPOUND_STMT:
            self.statements(cursor)
        elif kind in (K.IF_STMT, K.WHILE_STMT):
            self.condition(parts[0])
            self.visit_condition(parts[0])
            for part in parts[1:]:
                self.statement(part)
        elif kind == K.DO_STMT:
            self.statement(parts[0])
            self.condition(parts[1])
            self.visit_condition(parts[1])
        elif kind == K.FOR_STMT:
            self.loop(cursor, parts)
        elif kind == K.CONDITIONAL_OPERATOR:
            self.condition(parts[0])
            self.visit_condition(parts[0])
            for part in parts[1:]:
                self.visit(part)
        elif kind in (K.CASE_STMT, K.DEFAULT_STMT, K.LABEL_STMT):
            self.statement(parts[-1])
        elif kind == K.SWITCH_STMT:
            for part in parts:
                self.visit(part)
        elif kind == K.RETURN_STMT:
            self.returned(parts)
        elif kind == K.VAR_DECL:
            self.variable(cursor, parts)
        elif kind in (K.CXX_UNARY_EXPR, K.STRING_LITERAL, K.TYPE_REF, K.MEMBER_REF, K.ENUM_DECL, K.STRUCT_DECL):
            pass
        elif kind == K.CALL_EXPR:
            if not SILENT.match(cursor.spelling):
                if not quiet:
                    self.call(cursor, False)
                self.children(cursor)
            elif cursor.spelling == "error_set":
                self.call(cursor, False)
        elif kind == K.BINARY_OPERATOR:
            if not quiet:
                self.binary(cursor, False)
            self.children(cursor)
        elif kind == K.COMPOUND_ASSIGNMENT_OPERATOR:
            self.compound(cursor, False)
            self.children(cursor)
        elif kind == K.UNARY_OPERATOR:
            self.unary(cursor, False)
            self.children(cursor)
        elif kind in (K.INTEGER_LITERAL, K.CHARACTER_LITERAL):
            if not quiet:
                self.literal(cursor)
        else:
            self.children(cursor)

    def loop(self, cursor, parts):
        """The head of a `for` has up to three parts; its condition stands behind one semicolon."""
        for part in parts:
            before = self.bytes[self.span(cursor)[0]:self.span(part)[0]]
            if part != parts[-1] and before.count(b";") == 1:
                self.condition(part)
                self.visit_condition(part)
            else:
                self.statement(part)

    def visit_condition(self, cursor):
        """What a negated condition says already is not said again."""
        if cursor.kind == K.BINARY_OPERATOR:
            self.binary(cursor, True)
            self.children(cursor)
        else:
            self.visit(cursor)

    def returned(self, parts):
        for part in parts:
            if self.result == TypeKind.BOOL:
                self.note("negated result", part, f"!({self.of(part)})", "truth", word_too=True)
                self.visit_condition(part)
            else:
                self.visit(part)

    def variable(self, cursor, parts):
        if cursor.storage_class == cindex.StorageClass.STATIC:
            return
        start, end = self.span(cursor)
        equals = self.bytes.find(b"=", start, end)
        for part in parts:
            if equals >= 0 and self.span(part)[0] > equals:
                self.visit(part)


def rendered(source, mutants):
    """The bytes of a file with its mutants (numbered, in order of place) in them."""
    at = 0

    def inside(start, end):
        nonlocal at
        out = []
        while at < len(mutants) and mutants[at].offset < end:
            first = mutants[at]
            out.append(source[start:first.offset].decode())
            group = []
            while at < len(mutants) and (mutants[at].offset, mutants[at].end) == (first.offset, first.end):
                group.append(mutants[at])
                at += 1
            kept = inside(first.offset, first.end)
            wraps = {m.wrap for m in group}
            cast = "(void) " if "void" in wraps else "!!" if "truth" in wraps else ""
            choice = "".join(f"mutant_is ({m.number}) ? {cast}({m.text}) : " for m in group)
            out.append(f"({choice}{cast}({kept}))")
            start = first.end
        out.append(source[start:end].decode())
        return "".join(out)

    return inside(0, len(source)).encode()
