# dynamo: DynamoDB tables in PostgreSQL.
#
#   make && make install   build and install with PG_CONFIG
#   make run               a private cluster with the extension and the HTTP API
#                          (HTTP_PORT=8000, PGPORT=5440); make stop, make destroy
#   make check             every test
#   make check-bare        make run and make check on a bare Debian (SUITE=trixie)
#   make check-assert      the suites on a PostgreSQL with assertions, built from Debian's sources
#   make replay            the changes of 200,000 random operations, replayed
#   make soak              hours of concurrent clients under faults, planted bugs, libFuzzer, and load
#   make counts            record the instruction counts that make check compares with
#   make bench             rates against peers
#   make deb               a Debian package, into deb/; make check-deb tries it
#   make sanitize          tests under AddressSanitizer and UndefinedBehaviorSanitizer
#   make valgrind          tests under valgrind's memcheck
#
# PG_MAJOR=17, say, takes that version of Debian's packages in place of Debian's own choice.

# These install what is missing, PostgreSQL's own makefiles included, so they
# must not need them.
TASKS = run stop destroy deb check check-deb check-bare check-assert replay soak bench counts sanitize valgrind
ifneq (,$(filter $(TASKS),$(MAKECMDGOALS)))

.PHONY: $(TASKS)
run stop destroy:
	@test/harness/cluster $@
deb check check-deb check-bare check-assert replay soak bench counts:
	@test/harness/$@
sanitize valgrind:
	@test/harness/instrumented $@

else

MODULE_big = dynamo
EXTENSION = dynamo
EXTVERSION = $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" dynamo.control)

OBJS = $(patsubst %.c,%.o,$(wildcard src/*.c src/*/*.c src/*/*/*.c))
DATA = $(wildcard sql/dynamo--*--*.sql)
DATA_built = sql/dynamo--$(EXTVERSION).sql

PG_CPPFLAGS = -I$(CURDIR)/src -MMD -MP
# The last three: clang is given gcc's options where gcc built the server.
PG_CFLAGS = -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-cast-function-type -Wno-declaration-after-statement \
	-Wno-unknown-warning-option -Wno-ignored-attributes -Wno-ignored-optimization-argument
SHLIB_LINK = -lcrypto -lcurl -ldeflate -llz4 -lmicrohttpd -lgnutls -lz -lzstd -Wl,--version-script=$(CURDIR)/src/exports.def

REGRESS = $(patsubst test/sql/%.sql,%,$(sort $(wildcard test/sql/*.sql)))
REGRESS_OPTS = --inputdir=test --load-extension=dynamo
ISOLATION = $(patsubst test/specs/%.spec,%,$(sort $(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=. --load-extension=dynamo

# The files of the console, as string literals.
PAGE = $(sort $(wildcard src/console/page/*.* src/console/page/*/*.*))
PAGE_FILES = src/console/page_files.def

EXTRA_CLEAN = $(OBJS:.o=.d) $(PAGE_FILES)

PG_CONFIG ?= pg_config
# JIT cannot inline into the hot paths here, and bitcode would make clang a build dependency.
override with_llvm := no
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

-include $(OBJS:.o=.d)

dynamo.so: src/exports.def

# The directories, whose times tell of files that have come or gone.
$(PAGE_FILES): $(PAGE) src/console/page $(wildcard src/console/page/*/)
	for file in $(PAGE); do \
		printf 'PAGE_FILE("%s",\n' "$${file#src/console/page/}" && \
		od -An -v -tx1 "$$file" | sed 's/ /\\x/g; s/.*/"&"/' && \
		echo ')' || exit 1; \
	done >$@.part
	mv $@.part $@

src/console/page_file.o: $(PAGE_FILES)

sql/dynamo--$(EXTVERSION).sql: sql/dynamo.sql
	cp $< $@

endif
