# Shared by the fuzzers that are modules of their own: builds one and runs its
# script on the server that PGHOST and PGPORT name. FUZZ_ROUNDS and FUZZ_SEED
# choose how long and which; FUZZ_SHARE a share of the usual rounds. FUZZ_SANITIZE
# builds with these sanitizers and with assertions, for a server of `make sanitize` or
# `make valgrind`. FUZZ_SECONDS, if set, has clang's libFuzzer go on for so long with each target, by the
# branches that inputs take; the directory FUZZ_CORPUS, which the server can write, has the inputs that it goes on
# from and gets those that it finds.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

libraries=()

# Undefined behaviour is a trap, which libFuzzer tells of as of a crash.
coverage_flags() {
	compiler=clang
	flags="$flags -O2 -Wno-ignored-attributes -fsanitize=fuzzer-no-link,undefined -fno-sanitize=function,alignment,nonnull-attribute -fsanitize-undefined-trap-on-error -DUSE_ASSERT_CHECKING -DFUZZ_COVERAGE"
	libraries=(test/fuzz/fuzz_coverage.c -Wl,--whole-archive "$(clang -print-file-name=libclang_rt.fuzzer_no_main-$(uname -m).a)" -Wl,--no-whole-archive -lstdc++ -lm)
}

run_module() { # script source...
	local script=$1 rounds flags="-O1 -D_GNU_SOURCE ${CFLAGS:-}"
	shift
	[ -z "${FUZZ_SANITIZE:-}" ] ||
		flags="$flags -fsanitize=$FUZZ_SANITIZE -fno-sanitize-recover=undefined -DUSE_ASSERT_CHECKING -DEXACT_ALLOCATIONS"
	[ -z "${FUZZ_SECONDS:-}" ] || coverage_flags
	# -Bsymbolic: the server may have dynamo loaded, whose functions have the same names.
	${compiler:-cc} -shared -fPIC -Wl,-Bsymbolic -g -Wall -Werror $flags -Isrc -Itest/fuzz \
		-I"$("${PG_CONFIG:-pg_config}" --includedir-server)" -o "$work/fuzz.so" test/fuzz/fuzz_loop.c "$@" "${libraries[@]}"
	chmod -R a+rX "$work"
	rounds=${FUZZ_ROUNDS:-$(awk "BEGIN { print int(50000 * ${FUZZ_SHARE:-1}) }")}
	export PGOPTIONS="-c fuzz.rounds=$rounds -c fuzz.random_seed=${FUZZ_SEED:-1} -c fuzz.seconds=${FUZZ_SECONDS:-0} -c fuzz.corpus=${FUZZ_CORPUS:-none}"
	psql -X -d "${PGDATABASE:-postgres}" -v library="$work/fuzz.so" -f "$script"
}
