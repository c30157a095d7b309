# Temporary PostgreSQL servers for tests and measurements, under the directory
# $work. Sourced. Root runs them as postgres, anybody else as themselves.
#
# `work` is readable to the server's user, `tree` in it is a copy of what the
# tests need: the server's user may be unable to read the clone.

as_server() {
	"${server_user[@]}" "$@"
}

make_work() { # what it is for
	work=$(mktemp -d "/tmp/dynamo-$1.XXXXXX")
	mkdir "$work/tree" "$work/home" "$work/log"
	cp -r --preserve=timestamps $(ls -d Makefile dynamo.control README.md docs sql src expected test 2>/dev/null) "$work/tree"
	find "$work/tree" -name '*.[od]' -delete
	rm -rf "$work"/tree/test/*/node_modules
	chmod 755 "$work"
	server_user=(env -C "$work" HOME="$work/home")
	[ "$(id -u)" = 0 ] || return 0
	server_user=(runuser -u postgres -- "${server_user[@]}")
	chown -R postgres: "$work"
}

remove_work() {
	local data
	for data in "$work"/*/postmaster.pid; do
		[ -f "$data" ] || continue
		as_server "$bin/pg_ctl" -D "${data%/*}" -m immediate stop >/dev/null
	done
	rm -rf "$work"
}

free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 12000))
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
	done
	echo "$port"
}

wait_for_port() { # port
	local tries
	for tries in $(seq 300); do
		(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		sleep 0.2
	done
	return 1
}

# Starts a server with the HTTP API; sets PGHOST, PGPORT, PGUSER, PGDATABASE and
# DYNAMO_ENDPOINT (the SDKs' own variable too) for its clients. Further arguments are lines of its settings.
start_server() { # name setting...
	local data=$work/$1 http_port
	shift
	http_port=$(free_port)
	export PGHOST=$work PGUSER=postgres PGDATABASE=postgres
	PGPORT=$(free_port)
	DYNAMO_ENDPOINT=http://127.0.0.1:$http_port
	export PGPORT DYNAMO_ENDPOINT AWS_ENDPOINT_URL_DYNAMODB=$DYNAMO_ENDPOINT
	as_server "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
	printf '%s\n' "port = $PGPORT" "unix_socket_directories = '$work'" "listen_addresses = ''" \
		"shared_preload_libraries = 'dynamo'" "wal_level = logical" "max_prepared_transactions = 5" \
		"dynamo.http_port = $http_port" "dynamo.database = 'postgres'" "dynamo.http_role = 'dynamo_http'" \
		"dynamo.authentication = off" "dynamo.master_key_file = '$data.key'" "$@" |
		as_server tee -a "$data/postgresql.conf" >/dev/null
	(umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' | as_server tee "$data.key" >/dev/null)
	# Before the workers look for it.
	as_server "$bin/postgres" --single -c shared_preload_libraries= -c log_checkpoints=off -D "$data" postgres <<<'CREATE ROLE dynamo_http LOGIN' >/dev/null
	as_server "$bin/pg_ctl" -D "$data" -w -l "$data.log" start >/dev/null || {
		cat "$data.log" >&2
		return 1
	}
	psql -Xqc 'CREATE EXTENSION dynamo' </dev/null
	# Clients use tables that fixtures make as the superuser too.
	psql -Xqc 'GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO dynamo_http' \
		-c 'ALTER DEFAULT PRIVILEGES IN SCHEMA dynamo_tables GRANT ALL ON TABLES TO dynamo_http' </dev/null
}

# A server's programs find its library and extensions by where they lie: copies of them, with links to all else, are
# a server apart, into which a build of dynamo can be installed (make install DESTDIR=) that nothing else sees.
copy_server() { # directory
	local shared library
	shared=$("$PG_CONFIG" --sharedir) library=$("$PG_CONFIG" --pkglibdir)
	mkdir -p "$1$bin" "$1$library" "$1$shared/extension"
	cp "$bin"/{postgres,initdb,pg_ctl} "$1$bin"
	ln -s "$library"/* "$1$library"
	ln -s "$shared"/extension/* "$1$shared/extension"
	ln -s $(ls -d "$shared"/* | grep -v '/extension$') "$1$shared"
	rm -f "$1$library/dynamo.so" "$1$shared"/extension/dynamo*
}

# A server of one HTTP worker under callgrind, with the tables of test/counts. Each call of
# pg_sleep in a session, each DescribeLimits in the worker, and what the capture worker
# writes at once, ends a part of the process's counts and begins the next; COUNTS is where
# they go, as PROCESS.PART.
start_counted_server() {
	local data=$work/counted
	start_server counted "dynamo.http_workers = 1" "autovacuum = off" "max_worker_processes = 20"
	psql -Xqf "$work/tree/test/counts/tables.sql" -v ON_ERROR_STOP=1 </dev/null >/dev/null
	as_server "$bin/pg_ctl" -D "$data" -w stop >/dev/null
	export COUNTS=$work/counts
	as_server mkdir "$COUNTS"
	# valgrind counts an instruction that clears a page as thousands: let none be used.
	as_server env GLIBC_TUNABLES=glibc.cpu.x86_rep_stosb_threshold=16777216:glibc.cpu.x86_rep_movsb_threshold=16777216 \
		valgrind --quiet --tool=callgrind --callgrind-out-file="$COUNTS/%p" \
		--dump-before=pg_sleep --dump-before=RunDescribeLimits --dump-before=CaptureConfirm \
		"$bin/postgres" -D "$data" >"$data.log" 2>&1 </dev/null &
	wait_for_port "${DYNAMO_ENDPOINT##*:}" || { cat "$data.log" >&2; return 1; }
}

# What every client of the API needs to be told, and nothing of who runs it.
client_environment() {
	export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1 \
		AWS_DEFAULT_REGION=us-east-1 AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null \
		AWS_EC2_METADATA_DISABLED=true AWS_PAGER= AWS_MAX_ATTEMPTS=3 \
		PATH="/usr/bin:/bin:$PATH"
	unset AWS_PROFILE AWS_ENDPOINT_URL AWS_SESSION_TOKEN
	unset http_proxy HTTP_PROXY
}

# npm's packages as the lock file has them, into the copy of the tree.
install_node_modules() { # directory
	(
		cd "$1"
		[ -w "${HOME:-/nonexistent}" ] || export HOME=$work/home
		npm ci --loglevel=error --no-audit --no-fund </dev/null
	)
}
