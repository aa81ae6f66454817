# SPDX-License-Identifier: MIT
# One Makefile, no recursion into folders. `make help` says what there is.
#
#   make            build everything, MODE=release (or debug asan tsan analyze cov)
#   make demo       the policy CO-304 from January 2015 to February 2018, in under a minute
#   make check      every test; the last line is "N passed, N failed"
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

PACKAGES_LIB := libsqlite3 libzmq yaml-0.1 libsystemd libcurl jansson libsodium libcsv
WARN := -Wall -Wextra -Wconversion -Wshadow -Wundef -Wvla -Wformat=2 -Wstrict-prototypes \
        -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings \
        -Wnull-dereference -Wswitch-enum -Wlogical-op -Wduplicated-cond
HARDEN := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection \
          -ftrivial-auto-var-init=zero
FLAGS_release := -O2 -g $(HARDEN)
FLAGS_debug   := -Og -g
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_tsan    := -O1 -g -fsanitize=thread
FLAGS_analyze := -O1 -g -fanalyzer
FLAGS_cov     := -O0 -g --coverage
ifeq ($(FLAGS_$(MODE)),)
$(error MODE=$(MODE) is not one of release debug asan tsan analyze cov)
endif

# WERROR=1 is what `make check` builds with; packagers leave it off.
CFLAGS_ALL := -std=gnu17 $(WARN) $(if $(WERROR),-Werror) $(FLAGS_$(MODE)) -fPIE \
              -ffile-prefix-map=$(CURDIR)=. -Ilib -Iinclude -I$(B)/gen -DCOPROD_VERSION='"$(VERSION)"' \
              -D_GNU_SOURCE $(CFLAGS)
LDFLAGS_ALL := $(filter -fsanitize=% --coverage,$(FLAGS_$(MODE))) -pie -Wl,-z,relro,-z,now \
               -Wl,--as-needed $(LDFLAGS)
LDLIBS := -lsqlite3 -lzmq -lyaml -lsystemd -lcurl -ljansson -lsodium -lcsv -lpthread -lm

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
# A program whose main file is not there yet is left out only while the tree is being built up.
PROGRAM_FILES := $(PROGRAMS:%=$(B)/bin/%)

all: $(PROGRAM_FILES)
lib: $(B)/libcoprod.a
unit: $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
bench: $(BENCH_SRC:bench/%.c=$(B)/bench/%) $(B)/bench/slowsync.so all

$(B)/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' | cmp -s - $@ || echo '$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL)' >$@
FORCE:

$(B)/gen/queries.c $(B)/gen/queries.h &: lib/store/queries.sql lib/store/schema.sql lib/store/queries.awk
	@mkdir -p $(B)/gen
	@awk -v out=$(B)/gen -f lib/store/queries.awk lib/store/schema.sql lib/store/queries.sql
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
$(B)/tests/test_cli_%: $(B)/tests/unit/test_cli_%.o $(filter-out $(B)/cli/main.o,$(coprodctl_SRC:%.c=$(B)/%.o)) \
                      $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
$(B)/tests/test_deliver: $(B)/tests/unit/test_deliver.o $(B)/workers/deliver_flow.o \
                         $(B)/workers/deliver_smtp.o $(B)/libcoprod.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(CFLAGS_ALL) $(LDFLAGS_ALL) -o $@ $^ $(LDLIBS) -lcmocka
# Speaks for tests/live/mail.py: renders samples, sends by SMTP and into a maildir.
$(B)/tests/mail_driver: $(B)/tests/live/mail_driver.o $(B)/workers/deliver_smtp.o \
                        $(B)/workers/deliver_maildir.o $(B)/libcoprod.a
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

.SECONDARY:
-include $(shell find build/$(MODE) -name '*.d' 2>/dev/null)

# The option part of coprodctl's manual page comes from its table of commands.
man: $(B)/bin/coprodctl
	@$< help --mdoc >$(B)/options.mdoc
	@sed -i -e '/^.\\" begin: coprodctl help --mdoc$$/,/^.\\" end: coprodctl help --mdoc$$/{//!d}' \
	        -e '/^.\\" begin: coprodctl help --mdoc$$/r $(B)/options.mdoc' docs/man/coprodctl.1

clean:
	rm -rf build
.PHONY: all lib unit bench man clean FORCE
