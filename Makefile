#  dmh: make help lists the targets. Objects live in build/<flavour>/, so flags never mix.

PREFIX  ?= /usr/local
DESTDIR ?=
FLAVOUR ?= release
B       := build/$(FLAVOUR)
SECONDS ?= 60
T       ?=

#  As many compilers as CPUs, unless told otherwise with -j.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
  MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 2)
endif

VERSION := $(shell sed -n 's/^#define DMH_VERSION "\(.*\)"/\1/p' messages/version.h)

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
CSTD    := -std=gnu11
DEPFLAGS = -MMD -MP
CPPFLAGS += -D_FORTIFY_SOURCE=2
INCLUDES := -I.    #  every include is written from the root
PKGS    := libczmq libzmq msgpack sqlite3 libpq libcrypto libxxhash zlib libzstd libutf8proc smartcols libsystemd libmicrohttpd libcurl yaml-0.1 expat
#  Asked once, when the first recipe needs them: before deps-build has run, a bare machine knows none of it.
MSGPACK    = $(if $(shell pkg-config --exists msgpack || echo no),msgpack-c,msgpack)
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS:msgpack=$(MSGPACK))))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(PKGS:msgpack=$(MSGPACK))) -lcsv -lyajl -lpthread -lm)$(PKG_LIBS)

ifeq ($(FLAVOUR),release)
  CC := gcc
  CFLAGS ?= -O3 -g -fstack-protector-strong
endif
ifeq ($(FLAVOUR),asan)
  CC := clang
  CPPFLAGS := -DDMH_SANITIZED
  CFLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
  LDFLAGS := -fsanitize=address,undefined
endif
#  Criterion does not run under ThreadSanitizer (its issue 274), so test/support/plain stands in for it.
ifeq ($(FLAVOUR),tsan)
  CC := clang
  CPPFLAGS := -DDMH_SANITIZED
  CFLAGS := -O1 -g -fsanitize=thread
  LDFLAGS := -fsanitize=thread -rdynamic
  EXTRA := build/tsan/test/support/plain/zmq_order.o
  CRITERION_CFLAGS := -Itest/support/plain
  CRITERION := build/tsan/test/support/plain/run.o
endif
#  Every mutant of test/mutants in one build, where a leak and a byte beside its place are failures.
ifeq ($(FLAVOUR),mutants)
  CC := clang
  CPPFLAGS := -DDMH_SANITIZED -include test/mutants/mutant.h
  CFLAGS := -O1 -w -fno-omit-frame-pointer -fsanitize=address
  LDFLAGS := -fsanitize=address
  CRITERION_CFLAGS := -Itest/support/plain
  CRITERION := build/mutants/test/support/plain/run.o build/mutants/test/mutants/serve.o
endif
CRITERION ?= -lcriterion
ifeq ($(FLAVOUR),fuzz)
  CC := clang
  CPPFLAGS := -DDMH_SANITIZED
  CFLAGS := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
  LDFLAGS := -fsanitize=fuzzer-no-link,address,undefined
endif
ifeq ($(FLAVOUR),coverage)
  CC := clang
  CPPFLAGS :=
  CFLAGS := -O0 -g -fprofile-instr-generate -fcoverage-mapping
  LDFLAGS := -fprofile-instr-generate
endif
#  What goes into the shared library of the R package.
ifeq ($(FLAVOUR),pic)
  CC := gcc
  CFLAGS := -O2 -g -fPIC -fvisibility=hidden -fstack-protector-strong
endif
ifeq ($(FLAVOUR),strict)
  CC := gcc
  CFLAGS := -O2 -g -Werror
endif

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-6s %s\n' $(1) $(2))

LIBS := messages broker worker client
sources       = $(filter-out $(1)/main.c client/gateway/main.c client/bridge/main.c client/bridge/engines/% worker/r/src/dmhr.c,$(sort $(shell find $(1) -name '*.c')))
SRC_messages := $(call sources,messages)
SRC_broker   := $(call sources,broker)
SRC_worker   := $(call sources,worker)
SRC_client   := $(call sources,client)
SCHEMAS      := $(sort $(wildcard worker/schemas/*.json))
PAGES        := client/gateway/openapi.json $(sort $(shell find client/web -type f))

ARCHIVES := $(LIBS:%=$(B)/lib%.a)
LINK_LIBS = $(B)/libclient.a $(B)/libbroker.a $(B)/libworker.a $(B)/libmessages.a
PROGRAMS := $(B)/dmh $(B)/dmh-broker $(B)/dmh-worker $(B)/dmh-gateway

#  Where the libraries of message queues are (make deps-queues), the bridge to them is built, too. Nothing else needs them.
BRIDGE_PKGS := hiredis librabbitmq libssl
BRIDGE := $(shell pkg-config --exists $(BRIDGE_PKGS) 2>/dev/null && echo $(B)/dmh-bridge)
BRIDGE_OBJECTS := $(patsubst %.c,$(B)/%.o,client/bridge/main.c $(wildcard client/bridge/engines/*.c))
BRIDGE_LIBS = $(eval BRIDGE_LIBS := $(shell pkg-config --libs $(BRIDGE_PKGS)))$(BRIDGE_LIBS)
PROGRAMS += $(BRIDGE)

MANUAL := $(B)/man/dmh.1    #  and its like

all: $(PROGRAMS) $(MANUAL)  ## build dmh, dmh-broker, dmh-worker, dmh-gateway, and dmh-bridge where its libraries are (first installs what is missing)

$(B)/%.o: %.c | deps-build
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CSTD) $(INCLUDES) $(CPPFLAGS) $(CFLAGS) $(WARN) $(CRITERION_CFLAGS) $(PKG_CFLAGS) $(DEPFLAGS) -c -o $@ $<

#  The schema files are data: they go into the binary as they stand, one entry a file.
$(B)/worker/schemas.o: $(SCHEMAS) deploy/embed.sh | deps-build
	$(call say,EMBED,worker/schemas)
	@mkdir -p $(@D)
	$(Q)sh deploy/embed.sh $(SCHEMAS) > $(B)/worker/schemas.S
	$(Q)$(CC) -c -o $@ $(B)/worker/schemas.S

ASSEMBLIES := worker/formats/reference/assemblies.tsv
$(B)/worker/assemblies.o: $(ASSEMBLIES) deploy/embed.sh | deps-build
	$(call say,EMBED,$<)
	@mkdir -p $(@D)
	$(Q)TABLE=embedded_assemblies sh deploy/embed.sh $< > $(B)/worker/assemblies.S
	$(Q)$(CC) -c -o $@ $(B)/worker/assemblies.S

$(B)/client/gateway/pages.o: $(PAGES) deploy/embed.sh | deps-build
	$(call say,EMBED,client/gateway)
	@mkdir -p $(@D)
	$(Q)TABLE=gateway_pages ROOT=client sh deploy/embed.sh $(PAGES) > $(B)/client/gateway/pages.S
	$(Q)$(CC) -c -o $@ $(B)/client/gateway/pages.S

#  ar q: two folders may hold files of one name, which ar r would take for one.
define library
$(B)/lib$(1).a: $(SRC_$(1):%.c=$(B)/%.o) $(if $(filter worker,$(1)),$(B)/worker/schemas.o $(B)/worker/assemblies.o) $(if $(filter client,$(1)),$(B)/client/gateway/pages.o)
	$$(call say,AR,$$@)
	@mkdir -p $$(@D)
	$(Q)rm -f $$@ && ar qcs $$@ $$^
endef
$(foreach lib,$(LIBS),$(eval $(call library,$(lib))))

$(B)/dmh: $(B)/client/main.o $(EXTRA) $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(B)/dmh-broker: $(B)/broker/main.o $(EXTRA) $(B)/libbroker.a $(B)/libmessages.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
$(B)/dmh-worker: $(B)/worker/main.o $(EXTRA) $(B)/libworker.a $(B)/libmessages.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/dmh-gateway: $(B)/client/gateway/main.o $(EXTRA) $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(B)/dmh-bridge: $(BRIDGE_OBJECTS) $(EXTRA) $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(BRIDGE_LIBS)

#  The R package dmhr: make r builds it into build/r-library. Nothing else needs R.
R_LIBRARY := build/r-library
R_ARCHIVES := build/pic/libworker.a build/pic/libmessages.a
R_SOURCES = $(sort $(shell find worker/r -type f))
$(R_LIBRARY)/dmhr/DESCRIPTION: $(if $(filter pic,$(FLAVOUR)),,$(R_ARCHIVES)) $(R_SOURCES)
	$(call say,R,$(@D))
	$(Q)DMH_ROOT="$(CURDIR)" DMH_CFLAGS="$(PKG_CFLAGS)" DMH_LIBS="$(PKG_LIBS)" DMH_ARCHIVES="$(R_ARCHIVES:%=$(CURDIR)/%)" \
		sh deploy/r_package.sh worker/r $(R_LIBRARY)

$(MANUAL): $(PROGRAMS) deploy/manual.sh $(wildcard deploy/man/*) worker/schemas/README.md
	$(call say,MAN,$(@D))
	$(Q)sh deploy/manual.sh $(B) $(VERSION) $(@D)

#  Tests: every *_test.c under test/unit, integration and fault is a Criterion program of its own; test/support is what they share.
TEST_SRC  := $(sort $(shell find test/unit test/integration test/fault -name '*_test.c'))
TEST_LIBS := -lvterm -lutil -lgnutls    #  what test/support needs beside the programs' own
TEST_BIN  := $(TEST_SRC:%.c=$(B)/%)
TEST_SUPPORT := $(patsubst %.c,$(B)/%.o,$(sort $(shell find test/support -name '*.c' -not -path '*/plain/*')))
$(B)/libsupport.a: $(TEST_SUPPORT)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcs $@ $^
$(TEST_BIN): $(B)/%: $(B)/%.o $(B)/libsupport.a $(EXTRA) $(filter %.o,$(CRITERION)) $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(TEST_LIBS) $(filter-out %.o,$(CRITERION))

#  What makes the n-th call of a program fail; test/fault loads it by LD_PRELOAD.
$(B)/fail_nth.so: test/fault/fail_nth.c | deps-build
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CSTD) -O1 -g -fPIC -shared $(INCLUDES) $(WARN) -o $@ $<

#  Fuzz targets: *_fuzz.c under test/fuzz; with libFuzzer in the fuzz flavour, else a replayer of their corpus.
FUZZ_SRC := $(sort $(shell find test/fuzz -name '*_fuzz.c'))
FUZZ_BIN := $(FUZZ_SRC:%.c=$(B)/%)
ifeq ($(FLAVOUR),fuzz)
$(FUZZ_BIN): $(B)/%: $(B)/%.o $(B)/libsupport.a $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(PKG_LIBS)
else
$(FUZZ_BIN): $(B)/%: $(B)/%.o $(B)/test/fuzz/replay.o $(B)/libsupport.a $(LINK_LIBS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)
endif

.SECONDARY:

#  The packages of a purpose, and what every purpose builds on.
deps-build deps-test deps-lint deps-up deps-mutants deps-python deps-queues deps-hosts deps-cluster deps-r: deps-%:
	@sh deploy/deps.sh $(sort build $*)

test: deps-test $(if $(filter true,$(CI)),deps-python deps-queues deps-hosts deps-cluster deps-r)  ## build and run every test; T=name runs those programs whose name contains it
	@$(MAKE) --no-print-directory test-build
	@sh deploy/validators.sh
	@sh test/run.sh $(B) $(T)
#  Those that T names, or all.
PICKED = $(foreach test,$(TEST_BIN) $(FUZZ_BIN),$(if $(findstring $(T),$(test:$(B)/test/%=%)),$(test)))
#  The tests of the R package want it, where R is.
R_TESTS = $(filter $(B)/test/integration/r/%,$(if $(T),$(PICKED),$(TEST_BIN)))
test-r:
	@if Rscript --vanilla -e 'loadNamespace("jsonlite")' >/dev/null 2>&1; then $(MAKE) --no-print-directory r-build; fi
test-build: $(if $(R_TESTS),test-r)
test-build: $(PROGRAMS) $(if $(T),$(PICKED),$(TEST_BIN) $(FUZZ_BIN)) $(B)/fail_nth.so

asan: deps-test  ## the tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory FLAVOUR=asan test T=$(T)
tsan: deps-test  ## the tests under ThreadSanitizer
	@$(MAKE) --no-print-directory FLAVOUR=tsan test T=$(T)
fault: deps-test  ## every test of faults in full: 100,000 schedules, 200 rounds of kills, each allocation; hours
	@$(MAKE) --no-print-directory test-build
	@DMH_FAULT=all PROGRAM_SECONDS=10800 sh test/run.sh $(B) fault/$(T)
	@[ -n "$(T)" ] || DMH_FAULT=all sh test/run.sh $(B) integration/worker/fixtures
fuzz: deps-test  ## run every fuzz target for SECONDS=60; T=name picks some
	@$(MAKE) --no-print-directory FLAVOUR=fuzz fuzz-build
	@sh test/fuzz/run.sh build/fuzz $(SECONDS) $(T)
fuzz-build: $(FUZZ_BIN)
coverage: deps-test  ## line coverage of the tests, by llvm-cov
	@sh test/coverage.sh
mutants: deps-test deps-mutants  ## changes of the product that no test notices; D=folder N=300 SEED=1, SINCE=revision
	@/usr/bin/python3 -B test/mutants/mutants.py --packages "$(PKGS:msgpack=$(MSGPACK))" $(D:%=--folder %) $(SINCE:%=--since %) \
		$(N:%=--count %) $(SEED:%=--seed %) $(AGAIN:%=--again) $(INTEGRATION:%=--integration %) $(T:%=--tests %) \
		$(W:%=--wholes %) $(BUDGET:%=--budget %)
mutants-build: $(PROGRAMS) $(B)/fail_nth.so    #  and the test programs that it names
lint: deps-lint  ## clang-format, clang-tidy, cppcheck, -Werror, the arrows of the design
	@sh test/lint.sh
fresh:  ## make demo and make test on a Debian 12 where nothing is installed; ALL=1 every other way there
	@bash deploy/fresh.sh
bench: all  ## the workload of 100 MB beside DuckDB, growth with size, unusual shapes, submissions under load
	@sh test/bench/run.sh $(B)
demo: all  ## broker, two workers, six inputs at once, one by HTTP, and what came out; DEMO_KEEP=1 leaves a page to look at
	@sh deploy/demo.sh $(B)
up: deps-up  ## run the Procfile (a broker, two workers, a gateway) by foreman; Ctrl-C stops it
	@$(MAKE) --no-print-directory all
	@PATH="$(CURDIR)/$(B):$$PATH" foreman start -f Procfile

r: deps-r  ## the R package dmhr (a worker in R, and a client) into build/r-library
	@$(MAKE) --no-print-directory r-build
r-build:
	@$(MAKE) --no-print-directory -s FLAVOUR=pic $(R_ARCHIVES)
	@$(MAKE) --no-print-directory $(R_LIBRARY)/dmhr/DESCRIPTION

install: all  ## install under PREFIX=/usr/local (DESTDIR honoured)
	@PREFIX="$(PREFIX)" sh deploy/install.sh "$(B)" "$(DESTDIR)$(PREFIX)"
compile_commands.json: Makefile | deps-build
	@sh test/compile_commands.sh > $@
clean:  ## remove build/
	rm -rf build compile_commands.json
help:  ## this list
	@grep -hE '^[a-z]+:.*##' Makefile | sed 's/:.*##/#/' | awk -F'#' '{printf "  %-10s%s\n", $$1, $$2}'

.PHONY: all test test-build asan tsan fault fuzz fuzz-build coverage mutants mutants-build lint fresh bench demo up install clean \
	help r r-build test-r deps-build deps-test deps-lint deps-up deps-mutants deps-python deps-queues deps-hosts deps-cluster deps-r
-include $(shell find $(B) -name '*.d' 2>/dev/null)
