# Shared by the fuzzers that are modules of their own: builds one and runs its
# script on the server that PGHOST and PGPORT name. FUZZ_ROUNDS and FUZZ_SEED
# choose how long and which. FUZZ_EXACT=1 builds with assertions and the
# undefined behaviour sanitizer, and gives each allocation its own malloc, for a
# server that runs under valgrind (valgrind --trace-children=yes postgres -D ...)
# or, with CFLAGS=-fsanitize=address, with libasan.so in LD_PRELOAD.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_module() { # script source...
	local script=$1 flags="-O1 -D_GNU_SOURCE ${CFLAGS:-}"
	shift
	if [ -n "${FUZZ_EXACT:-}" ]; then
		flags="$flags -fsanitize=undefined -fno-sanitize-recover=undefined -DUSE_ASSERT_CHECKING -include test/fuzz/exact_alloc.h"
		set -- "$@" test/fuzz/exact_alloc.c
	fi
	# -Bsymbolic: the server may have dynamo loaded, whose functions have the same names.
	cc -shared -fPIC -Wl,-Bsymbolic -g -Wall -Werror $flags -Isrc -Itest/fuzz \
		-I"$("${PG_CONFIG:-pg_config}" --includedir-server)" -o "$work/fuzz.so" test/fuzz/fuzz_loop.c "$@"
	chmod -R a+rX "$work"
	export PGOPTIONS="-c fuzz.rounds=${FUZZ_ROUNDS:-50000} -c fuzz.random_seed=${FUZZ_SEED:-1}"
	psql -X -d "${PGDATABASE:-postgres}" -v library="$work/fuzz.so" -f "$script"
}
