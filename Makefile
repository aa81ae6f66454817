# SPDX-License-Identifier: MIT
# One Makefile, no recursion into folders. `make help` says what there is.
#
#   make            build everything, MODE=release (or debug asan tsan analyze cov)
#   make demo       the policy CO-304 from January 2015 to February 2018, in under a minute
#   make check      every test; the last line is "N passed, N failed"
#   make deps       install what is missing of the packages that building and checking need
#   make install    to DESTDIR and PREFIX, by default /usr
#   make fuzz       each fuzz target for FUZZ_SECONDS (600); `make check` runs them for a few
#   make unit | bench | tidy | objects | clean
#
# Each mode has its own tree, build/MODE/, with programs in build/MODE/bin. Flags are stamped, so a
# changed flag rebuilds and nothing else does.

MODE     ?= release
CC       ?= gcc
PREFIX   ?= /usr
DESTDIR  ?=
VERSION  := 0.1.0
B        := build/$(MODE)

.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all

# The one list of Debian packages: to build and see the demo; and to check.
PACKAGES_BUILD := gcc libc6-dev make libsqlite3-dev libzmq3-dev libyaml-dev libsystemd-dev \
                  libcurl4-openssl-dev libjansson-dev libsodium-dev libcsv-dev libical-dev \
                  libxlsxwriter-dev tzdata python3
PACKAGES_CHECK := libcmocka-dev clang libclang-rt-14-dev clang-tidy python3-aiosmtpd \
                  python3-icalendar python3-openpyxl openssl binutils systemd systemd-container \
                  mandoc faketime
WARN := -Wall -Wextra -Wconversion -Wshadow -Wundef -Wvla -Wformat=2 -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings \
        -Wnull-dereference -Wswitch-enum -Wlogical-op -Wduplicated-cond
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection \
          -ftrivial-auto-var-init=zero
FLAGS_release := -O2 -g $(HARDEN)
FLAGS_debug   := -Og -g
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
                 -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_analyze := -O1 -g -fanalyzer
FLAGS_cov     := -O0 -g --coverage
ifeq ($(FLAGS_$(MODE)),)
$(error MODE=$(MODE) is not one of release debug asan tsan analyze cov)
endif

# A warning is an error in a checkout, where somebody can mend it, and in `make check`; not for who
# builds a package with a newer compiler.
WERROR ?= $(if $(wildcard .git),1)
CPPFLAGS_ALL := -Ilib -Iinclude -I$(B)/gen -DCOPROD_VERSION='"$(VERSION)"' -D_GNU_SOURCE
CFLAGS_ALL := -std=gnu17 $(WARN) $(if $(WERROR),-Werror) $(FLAGS_$(MODE)) -fPIE \
              -ffile-prefix-map=$(CURDIR)=. $(CPPFLAGS_ALL) $(CFLAGS)
LDFLAGS_ALL := $(filter -fsanitize=% --coverage,$(FLAGS_$(MODE))) -pie -Wl,-z,relro,-z,now \
               -Wl,--as-needed $(LDFLAGS)
LDLIBS := -lsqlite3 -lzmq -lyaml -lsystemd -lcurl -ljansson -lsodium -lcsv -lical -lxlsxwriter \
          -lpthread -lm

LIB_SRC   := $(sort $(wildcard lib/*/*.c))
LIB_OBJ   := $(LIB_SRC:%.c=$(B)/%.o) $(B)/gen/queries.o
UNIT_SRC  := $(sort $(wildcard tests/unit/test_*.c))
BENCH_SRC := $(filter-out bench/rig.c bench/slowsync.c,$(sort $(wildcard bench/*.c)))

# Programs: which objects beside libcoprod.a.
coprod_SRC     := daemon/main.c daemon/super.c daemon/brood.c daemon/spawn.c
coprod-hub_SRC := $(filter-out $(coprod_SRC),$(sort $(wildcard daemon/*.c)))
WORKERS        := remind escalate aggregate deliver probe
$(foreach w,$(WORKERS),$(eval coprod-$(w)_SRC := workers/worker.c workers/$(w).c))
coprod-deliver_SRC := workers/worker.c $(sort $(wildcard workers/deliver*.c))
coprod-remind_SRC += workers/notices.c
coprod-escalate_SRC += workers/notices.c
coprod-deliver_SRC += $(filter-out workers/deliver.c,$(wildcard workers/deliver_*.c))
coprodctl_SRC  := $(sort $(wildcard cli/*.c))
PROGRAMS := coprod coprod-hub $(WORKERS:%=coprod-%) coprodctl
PROGRAM_FILES := $(PROGRAMS:%=$(B)/bin/%)

all: $(PROGRAM_FILES)
lib: $(B)/libcoprod.a
unit: $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
bench: $(BENCH_SRC:bench/%.c=$(B)/bench/%) $(B)/bench/slowsync.so all

FLAGS_LINE = $(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)
$(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(FLAGS_LINE)' | cmp -s - $@ || echo '$(FLAGS_LINE)' >$@
FORCE:

QUERIES := $(sort $(wildcard lib/store/queries*.sql))
SCHEMA := lib/store/schema.sql lib/store/schema_survey.sql
LIFTS := $(sort $(wildcard lib/store/migrate/*.sql))
$(B)/gen/queries.c $(B)/gen/queries.h &: $(QUERIES) $(LIFTS) $(SCHEMA) lib/store/queries.awk
	@mkdir -p $(B)/gen
	@awk -v out=$(B)/gen -f lib/store/queries.awk $(SCHEMA) $(LIFTS) $(QUERIES)
$(B)/gen/queries.o: $(B)/gen/queries.c $(B)/.flags
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(B)/%.o: %.c $(B)/.flags | $(B)/gen/queries.h
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
$(B)/libcoprod.a: $(LIB_OBJ)
	@echo "  AR    $@"
	@rm -f $@ && ar rcsD $@ $^

define program_rule
$(B)/bin/$(1): $$($(1)_SRC:%.c=$(B)/%.o) $(B)/libcoprod.a
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$$(CC) $$(CFLAGS_ALL) $$(LDFLAGS_ALL) -o $$@ $$^ $$(LDLIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program_rule,$(p))))

$(B)/tests/%: $(B)/tests/unit/%.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
# coprodctl's own parts are tested without its main.
$(B)/tests/test_cli_%: $(B)/tests/unit/test_cli_%.o \
                       $(filter-out $(B)/cli/main.o,$(coprodctl_SRC:%.c=$(B)/%.o)) $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/test_leases: $(B)/tests/unit/test_leases.o $(B)/daemon/leases.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/test_deliver: $(B)/tests/unit/test_deliver.o $(B)/workers/deliver_flow.o \
                         $(B)/workers/deliver_bounce.o $(B)/workers/deliver_smtp.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
# Speaks for tests/live/mail.py: renders samples, sends by SMTP and into a maildir.
$(B)/tests/mail_driver: $(B)/tests/live/mail_driver.o $(B)/workers/deliver_smtp.o \
                        $(B)/workers/deliver_maildir.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS)
# Power cuts and disk errors: each program of tests/sim plays the same scene.
SIM := powerloss ioerror
SIM_SRC := $(sort $(wildcard tests/sim/*.c))
SIM_SHARED := $(filter-out $(SIM:%=tests/sim/%.c),$(SIM_SRC))
sim: $(SIM:%=$(B)/tests/%)
$(SIM:%=$(B)/tests/%): $(B)/tests/%: $(B)/tests/sim/%.o $(SIM_SHARED:%.c=$(B)/%.o) \
                                     $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS)
$(B)/bench/slowsync.so: bench/slowsync.c $(B)/.flags
	@mkdir -p $(@D)
	@$(CC) -std=gnu17 -O2 -Wall -Wextra -fPIC -shared -D_GNU_SOURCE -o $@ $<
$(B)/bench/%: $(B)/bench/%.o $(B)/bench/rig.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $(filter %.o %.a,$^) $(LDLIBS)

# What the live tests need beside the programs.
live: $(B)/tests/mail_driver

PROGRAM_SRC := $(sort $(LIB_SRC) $(foreach p,$(PROGRAMS),$($(p)_SRC)))
# Compiled, not linked: what -fanalyzer looks at.
objects: $(PROGRAM_SRC:%.c=$(B)/%.o)

# clang-tidy, a stamp per file: a file is looked at again when it or a header of it changed.
TIDY_SRC := $(PROGRAM_SRC) $(UNIT_SRC) $(BENCH_SRC) $(SIM_SRC) $(sort $(wildcard tests/live/*.c))
TIDY_FLAGS := -std=gnu17 $(CPPFLAGS_ALL)
tidy: $(TIDY_SRC:%.c=build/tidy/%.ok)
build/tidy/%.ok: %.c .clang-tidy | $(B)/gen/queries.h
	@mkdir -p $(@D)
	@echo "  TIDY  $<"
	@clang-tidy --quiet $< -- $(TIDY_FLAGS) >$@.out 2>/dev/null; \
	 if [ -s $@.out ]; then cat $@.out; exit 1; fi
	@$(CC) $(TIDY_FLAGS) -MM -MP -MT $@ -MF $(@:.ok=.d) $<
	@mv $@.out $@

# Fuzz targets, by clang. What a run finds to be worth keeping stays in build/fuzz/NAME.corpus.
FUZZ_SECONDS ?= 600
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_OBJ := $(patsubst %.c,build/fuzz/%.o,$(filter lib/base/% lib/rules/% lib/plan/% lib/survey/% \
            lib/notice/dsn.c,$(LIB_SRC)))
FUZZ_FLAGS := -g -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
              -Wno-unknown-warning-option
FUZZ_RUNS := $(FUZZ_NAMES:%=fuzz-%)
fuzz: $(FUZZ_RUNS)
# All are built before the first runs: its seconds are its own.
$(FUZZ_RUNS): fuzz-%: | $(FUZZ_NAMES:%=build/fuzz/%)
	@mkdir -p build/fuzz/$*.corpus
	@echo "  FUZZ  $*, $(FUZZ_SECONDS) s"
	@build/fuzz/$* -max_total_time=$(FUZZ_SECONDS) -max_len=16384 -rss_limit_mb=1024 \
	    -timeout=20 -artifact_prefix=build/fuzz/$*- build/fuzz/$*.corpus \
	    tests/data/surveys tests/data/plans tests/data/bounces >build/fuzz/$*.log 2>&1 \
	    || { tail -40 build/fuzz/$*.log; exit 1; }
	@tail -1 build/fuzz/$*.log
build/fuzz/%.o: %.c | $(B)/gen/queries.h
	@mkdir -p $(@D)
	@clang -std=gnu17 $(CPPFLAGS_ALL) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<
build/fuzz/%: build/fuzz/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)
	@echo "  LINK  $@"
	@clang -fsanitize=fuzzer,address,undefined -o $@ $^ -lyaml -lical -lsodium -lsystemd -lpthread -lm

# The option part of coprodctl's manual page comes from its table of commands; a test compares.
man: $(B)/bin/coprodctl
	@$< help --mdoc >$(B)/options.mdoc
	@sed -i -e '/^.\\" begin: coprodctl help --mdoc$$/,/^.\\" end: coprodctl help --mdoc$$/{//!d}' \
	        -e '/^.\\" begin: coprodctl help --mdoc$$/r $(B)/options.mdoc' docs/man/coprodctl.1

deps:
	@tests/tools/deps.sh $(PACKAGES_BUILD) $(PACKAGES_CHECK)
deps-build:
	@tests/tools/deps.sh $(PACKAGES_BUILD)
deps-list:
	@echo $(PACKAGES_BUILD) $(PACKAGES_CHECK)
# STAGES="style release" runs those only.
check: deps
	@tests/run $(STAGES)
# The packages first, whatever -j says: without a compiler there is nothing to build.
demo: deps-build
	@$(MAKE) --no-print-directory MODE=release all
	@tests/tools/demo.sh build/release/bin

bindir     = $(DESTDIR)$(PREFIX)/bin
sbindir    = $(DESTDIR)$(PREFIX)/sbin
libexecdir = $(DESTDIR)$(PREFIX)/lib/coprod
sharedir   = $(DESTDIR)$(PREFIX)/share
sysdir     = $(DESTDIR)$(PREFIX)/lib
confdir    = $(DESTDIR)/etc/coprod
# coprod finds the programs that it runs beside itself; so it lies among them, and sbin has a link.
install: all
	install -d $(bindir) $(sbindir) $(libexecdir) $(confdir) $(sysdir)/systemd/system \
	    $(sysdir)/systemd/catalog $(sysdir)/sysusers.d $(sysdir)/tmpfiles.d \
	    $(sharedir)/bash-completion/completions $(sharedir)/doc/coprod
	install -m 755 $(filter-out %/coprodctl,$(PROGRAM_FILES)) $(libexecdir)
	install -m 755 $(B)/bin/coprodctl $(bindir)
	ln -sf ../lib/coprod/coprod $(sbindir)/coprod
	install -m 644 $(wildcard systemd/*.service systemd/*.slice) $(sysdir)/systemd/system
	@sed -i 's,=/usr/sbin/,=$(PREFIX)/sbin/,; s,=/usr/bin/,=$(PREFIX)/bin/,' \
	    $(patsubst systemd/%,$(sysdir)/systemd/system/%,$(wildcard systemd/*.service))
	install -m 644 systemd/coprod.catalog $(sysdir)/systemd/catalog
	install -m 644 systemd/coprod.sysusers $(sysdir)/sysusers.d/coprod.conf
	install -m 644 systemd/coprod.tmpfiles $(sysdir)/tmpfiles.d/coprod.conf
	@cd config && find . -type f | while read -r f; do \
	    if [ -e $(confdir)/$$f ]; then echo "kept as it is: $(confdir)/$$f"; \
	    else install -D -m 644 "$$f" $(confdir)/$$f; fi; done
	@for page in docs/man/*.[1-9]; do [ -e "$$page" ] || continue; \
	    install -D -m 644 "$$page" $(sharedir)/man/man$${page##*.}/$${page##*/}; done
	$(B)/bin/coprodctl completion bash >$(sharedir)/bash-completion/completions/coprodctl
	install -m 644 $(wildcard LICENSE README.md CHANGELOG.md SECURITY.md) docs/protocol.md \
	    $(sharedir)/doc/coprod

help:
	@sed -n 's/^#   //p' Makefile

.SECONDARY:
-include $(shell find $(B) build/tidy build/fuzz -name '*.d' 2>/dev/null)

clean:
	rm -rf build
.PHONY: all lib unit bench fuzz $(FUZZ_RUNS) sim live objects tidy man deps deps-build deps-list \
        check demo install help clean FORCE
