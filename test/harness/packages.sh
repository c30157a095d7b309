# Installs the Debian packages that a job needs and that are missing.
# Sourced; needs root or sudo only where something is to be installed.

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "needs root: $* (run as root, or install sudo)" >&2
		return 1
	fi
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "$@" </dev/null
}

# Each argument is a package, or COMMAND:PACKAGE for what may also come from elsewhere
# (a Node.js of its own maker conflicts with Debian's npm).
install_missing() {
	local wanted missing=()
	for wanted; do
		case $wanted in
			*:*) command -v "${wanted%%:*}" >/dev/null || missing+=("${wanted#*:}") ;;
			*) [ "$(dpkg-query -W -f='${db:Status-Status}' "$wanted" 2>/dev/null)" = installed ] ||
				missing+=("$wanted") ;;
		esac
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing ${missing[*]}"
	apt_install "${missing[@]}" >/dev/null 2>&1 && return
	as_root apt-get -qq update </dev/null
	apt_install "${missing[@]}" >/dev/null
}

BUILD_PACKAGES=(gcc make libc6-dev libmicrohttpd-dev libgnutls28-dev libssl-dev libdeflate-dev liblz4-dev libzstd-dev zlib1g-dev libcurl4-openssl-dev)
# What programs of test/t, test/clients and test/fuzz run with, whichever script runs them.
TEST_PACKAGES=(libipc-run-perl libio-socket-ssl-perl curl:curl openssl:openssl zstd:zstd awscli python3-boto3 node:nodejs npm:npm chromium:chromium prometheus:prometheus)

# The version that the package `postgresql` of this system's sources is of: 15 of Debian 12, 17 of Debian 13.
default_version() {
	local tries version
	for tries in 1 2; do
		version=$(apt-cache depends postgresql 2>/dev/null | sed -nE 's/^ *Depends: postgresql-([0-9]+)$/\1/p')
		[ -z "$version" ] || { echo "$version"; return; }
		[ "$tries" = 2 ] || as_root apt-get -qq update </dev/null >&2
	done
	echo "no package source of this system has PostgreSQL; PG_CONFIG= names one that is installed" >&2
	return 1
}

# PG_CONFIG chooses a server, else PG_MAJOR a version of Debian's packages.
PG_CONFIG=${PG_CONFIG:-/usr/lib/postgresql/${PG_MAJOR:-$(default_version)}/bin/pg_config}

# The version of PG_CONFIG where Debian packages it, even if that is yet to be installed; else nothing.
packaged_version() {
	sed -nE 's,^/usr/lib/postgresql/([0-9]+)/bin/pg_config$,\1,p' <<<"$PG_CONFIG"
}

# Sets PG_MAJOR.
install_postgres() {
	local version
	version=$(packaged_version)
	install_missing "${BUILD_PACKAGES[@]}" ${version:+postgresql-$version postgresql-server-dev-$version}
	PG_MAJOR=$("$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9]*\).*/\1/')
	export PG_CONFIG
}

# Builds as whoever calls, installs as whoever may.
build_and_install() {
	local destination
	destination=$("$PG_CONFIG" --pkglibdir)
	env -u MAKEFLAGS -u MAKELEVEL make -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG"
	if [ -w "$destination" ]; then
		env -u MAKEFLAGS -u MAKELEVEL make -s install PG_CONFIG="$PG_CONFIG"
	else
		as_root env -u MAKEFLAGS -u MAKELEVEL make -s install PG_CONFIG="$PG_CONFIG"
	fi
}
