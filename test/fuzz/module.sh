# Shared by the fuzzers that are modules of their own: builds one and runs its
# script on the server that PGHOST and PGPORT name. FUZZ_ROUNDS and FUZZ_SEED
# choose how long and which; FUZZ_SHARE a share of the usual rounds. FUZZ_SANITIZE
# builds with these sanitizers and with assertions, for a server of `make sanitize` or
# `make valgrind`.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run_module() { # script source...
	local script=$1 rounds flags="-O1 -D_GNU_SOURCE ${CFLAGS:-}"
	shift
	[ -z "${FUZZ_SANITIZE:-}" ] ||
		flags="$flags -fsanitize=$FUZZ_SANITIZE -fno-sanitize-recover=undefined -DUSE_ASSERT_CHECKING -DEXACT_ALLOCATIONS"
	# -Bsymbolic: the server may have dynamo loaded, whose functions have the same names.
	cc -shared -fPIC -Wl,-Bsymbolic -g -Wall -Werror $flags -Isrc -Itest/fuzz \
		-I"$("${PG_CONFIG:-pg_config}" --includedir-server)" -o "$work/fuzz.so" test/fuzz/fuzz_loop.c "$@"
	chmod -R a+rX "$work"
	rounds=${FUZZ_ROUNDS:-$(awk "BEGIN { print int(50000 * ${FUZZ_SHARE:-1}) }")}
	export PGOPTIONS="-c fuzz.rounds=$rounds -c fuzz.random_seed=${FUZZ_SEED:-1}"
	psql -X -d "${PGDATABASE:-postgres}" -v library="$work/fuzz.so" -f "$script"
}
