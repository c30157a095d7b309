# Suites of tests, each on the server that start_server has started last. Sourced, after server.sh.
#
# Each test file is one test; where it runs in more than one way its name says how: "test/sql/scan.sql (preloaded)".
# Results are lines of $work/results: ok or failed, a tab, and the name.

record() { # ok|failed name [log [seconds]]
	printf '%s\t%s\n' "$1" "$2" >>"$work/results"
	[ "$1" = failed ] || { printf 'ok      %s%s\n' "$2" "${4:+ ($4 s)}"; return; }
	{
		printf 'FAILED  %s\n' "$2"
		[ -z "${3:-}" ] || tail -n 60 "$3" | sed 's/^/        /'
	} >"$work/log/failure.$BASHPID"
	cat "$work/log/failure.$BASHPID"
}

# Runs one test by its exit status. TEST_TIMEOUT is how many seconds it may take.
run_test() { # file command...
	local file=$1 log=$work/log/${1//\//_} start=$SECONDS
	shift
	if timeout --kill-after=10 "${TEST_TIMEOUT:-600}" "$@" >"$log" 2>&1 </dev/null; then
		record ok "$file" '' $((SECONDS - start))
	else
		record failed "$file" "$log"
	fi
}

# pg_regress and the isolation tester report each test on a line of theirs, in the forms of 15 and of TAP.
run_installcheck() { # variable directory suffix way
	local variable=$1 directory=$2 suffix=$3 way=$4 other=ISOLATION log="$work/log/$1$4" tree="$work/tree$4" status name
	[ "$variable" = REGRESS ] || other=REGRESS
	# Without the clusters of TAP tests, whose files come and go.
	[ -d "$tree" ] || { as_server mkdir "$tree" && tar -C "$work/tree" -c --exclude=./tmp_check . | as_server tar -C "$tree" -x; }
	as_server env -u MAKEFLAGS -u MAKELEVEL PGHOST="$PGHOST" PGPORT="$PGPORT" PGUSER="$PGUSER" \
		make -s -C "$tree" installcheck PG_CONFIG="$PG_CONFIG" $other= >"$log" 2>&1 </dev/null || true
	sed -nE -e 's/^test ([^ ]+) +\.\.\. (ok|FAILED).*/\2 \1/p' -e 's/^ok +[0-9]+ +[-+] ([^ ]+).*/ok \1/p' \
		-e 's/^not ok +[0-9]+ +[-+] ([^ ]+).*/FAILED \1/p' "$log" >"$log.tests"
	while read -r status name; do
		[ "$status" = ok ] || status=failed
		record $status "$directory/$name.$suffix${way:+ ($way)}" "$(show_differences "$name" "$log" "$tree")"
	done <"$log.tests"
}

show_differences() { # test log tree
	local differences
	for differences in "$3"/{.,output_iso}/regression.diffs; do
		[ -f "$differences" ] || continue
		awk -v test="/$1.out" '/^diff / { show = index($0, test) } show' "$differences"
	done >"$2.$1"
	[ -s "$2.$1" ] || cp "$2" "$2.$1"
	echo "$2.$1"
}

run_regress_and_isolation() { # way
	run_installcheck REGRESS test/sql sql "$1"
	run_installcheck ISOLATION test/specs spec "$1"
}

# Needs pgtap in the server's own installation.
run_pgtap() {
	local file
	createdb pgtap
	psql -Xqd pgtap -c 'CREATE EXTENSION dynamo' -c 'CREATE EXTENSION pgtap'
	for file in $(ls test/pgtap/*.sql 2>/dev/null); do
		run_test "$file" pg_prove -d pgtap "$file"
	done
}

# On servers of their own. LANG is what these tests make their clusters with: dynamo wants UTF8.
run_tap() { # file...
	local file perl
	perl=$(dirname "$("$PG_CONFIG" --pgxs)")/../test
	for file; do
		run_test "$file" "${server_user[@]}" env -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE \
			LANG=C.UTF-8 PATH="$bin:$PATH" PERL5LIB="$perl/perl" PG_REGRESS="$perl/regress/pg_regress" \
			TESTDIR="$work/tree" TESTDATADIR="$work/tree/tmp_check" TESTLOGDIR="$work/tree/tmp_check/log" \
			prove --failures -I "$perl/perl" "$work/tree/$file"
	done
}

# Runs what is left of TAP files in $work/queue, one a line; more than one process may do so at a time.
run_queued_tap() {
	local file
	while file=$(flock "$work/queue.lock" sed -i -e '1{w /dev/stdout' -e 'd}' "$work/queue") && [ -n "$file" ]; do
		run_tap "$file"
	done
}

# TAP tests kill servers; but none of them may fail an assertion.
check_tap_logs() {
	if grep -n TRAP: "$work"/tree/tmp_check/log/*.log >"$work/log/traps"; then
		record failed "server logs of test/t" "$work/log/traps"
	fi
}

# Real clients and fuzzers: programs that find the server by their environment.
run_programs() { # directory
	local file
	for file in $(grep -ls '^#!' "test/$1"/*); do
		run_test "$file" "$work/tree/$file"
	done
}

# No test may have brought a server process down, whatever it saw of it.
check_log() { # server
	if grep -nE 'PANIC|TRAP:|was terminated by signal' "$work/$1.log" >"$work/log/crashes"; then
		record failed "server log of $1" "$work/log/crashes"
	fi
}

# Ends with "N passed, N failed". A test that is named here and did not run has failed.
report() { # names, one a line
	local name passed failed
	while read -r name; do
		cut -f 2 "$work/results" | grep -qxF "$name" || record failed "$name" <(echo "did not run")
	done <<<"$1"
	passed=$(grep -c ^ok "$work/results" || true)
	failed=$(grep -c ^failed "$work/results" || true)
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ]
}
