"""What is done to a server while clients use it. Each is one function of a Server; it returns when it has done so, the
server may still be coming back. FAULTS has all of them by name."""
import os
import random
import signal
import subprocess
import time

import psycopg2

from operations import INDEX, TABLE

WAIT = 120  # seconds until a server must be back


class Server:
    """The server whose data directory is PGDATA and that PGHOST and PGPORT name; `database` is how to connect."""

    def __init__(self, database, data, seed):
        self.database, self.data = database, data
        self.random = random.Random(f"{seed} faults")

    def run(self, *statements):
        """The rows of the last statement, each in a transaction of its own."""
        connection = psycopg2.connect(self.database, options="-c statement_timeout=0 -c lock_timeout=0")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def try_run(self, *statements):
        """None where the server refuses it or is not there."""
        try:
            return self.run(*statements)
        except psycopg2.Error:
            return None

    def run_in_the_end(self, *statements):
        last = time.monotonic() + WAIT
        while self.try_run(*statements) is None:
            if time.monotonic() > last:
                raise RuntimeError(f"the server does not run {statements}")
            time.sleep(0.1)

    def pg_ctl(self, *arguments):
        subprocess.run(["pg_ctl", "-D", self.data, "-w", "-l", self.data + ".log", *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self, mode):
        """What does not end is told of."""
        postmaster = self.postmaster()
        try:
            self.pg_ctl("stop", "-m", mode)
        except subprocess.CalledProcessError as error:
            left = subprocess.run(["ps", "-o", "pid,stat,wchan:20,args", "--ppid", str(postmaster)], stdout=subprocess.PIPE, text=True, check=False)
            raise RuntimeError(f"the server does not stop ({mode}):\n{left.stdout}") from error

    def postmaster(self):
        with open(os.path.join(self.data, "postmaster.pid"), encoding="utf-8") as lines:
            return int(lines.readline())

    def pid(self, backend_type):
        """Of one process of a type, or None."""
        pids = [pid for (pid,) in self.try_run(
            f"SELECT pid FROM pg_stat_activity WHERE backend_type LIKE '{backend_type}' AND pid <> pg_backend_pid()") or []]
        return self.random.choice(pids) if pids else None

    def wait_until_served(self):
        """Until requests that write are served: by SQL, and by each HTTP worker that is to run."""
        last = time.monotonic() + WAIT
        while time.monotonic() < last:
            rows = self.try_run("SELECT count(*) = current_setting('dynamo.http_workers')::int FROM pg_stat_activity WHERE backend_type = 'dynamo http'")
            if rows == [(True,)]:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the server is not back after {WAIT} s")


def kill(backend_type, how=signal.SIGKILL):
    def act(server):
        pid = server.pid(backend_type)
        if pid is not None:
            os.kill(pid, how)
    return act


def kill_postmaster(server):
    """Its children end by themselves when they notice, and a start waits for them."""
    os.kill(server.postmaster(), signal.SIGKILL)
    last = time.monotonic() + WAIT
    while time.monotonic() < last:
        try:
            server.pg_ctl("start")
            return
        except subprocess.CalledProcessError:
            time.sleep(0.2)
    raise RuntimeError("the server does not start")


def restart(mode):
    """A fast shutdown waits until the server has recovered from the fault before: a postmaster that is told to in the middle of
    recovery from a crash waits for its checkpointer, which it does not end."""
    def act(server):
        if mode == "fast":
            server.wait_until_served()
        server.stop(mode)
        server.pg_ctl("start")
    return act


def pause(backend_type):
    """A process that stands still for a while, as one whose machine does."""
    def act(server):
        pid = server.pid(backend_type)
        if pid is None:
            return
        os.kill(pid, signal.SIGSTOP)
        time.sleep(server.random.uniform(0.2, 1.5))
        os.kill(pid, signal.SIGCONT)
    return act


def run(*statements):
    def act(server):
        server.try_run(*statements)
    return act


def of_each_leaf(statement):
    """A statement about each leaf, `{}` in it."""
    def act(server):
        for (leaf,) in server.try_run(f"SELECT relid::regclass::text FROM pg_partition_tree('dynamo_tables.\"{TABLE}\"') WHERE isleaf") or []:
            server.try_run(statement.format(leaf))
    return act


def hold_lock(server):
    server.try_run(f'BEGIN; LOCK TABLE dynamo_tables."{TABLE}" IN {server.random.choice(("ACCESS EXCLUSIVE", "SHARE"))} MODE; SELECT pg_sleep(0.7); COMMIT')


def with_setting(name, value):
    """A setting of the whole server for a while."""
    def act(server):
        server.try_run(f"ALTER SYSTEM SET {name} = '{value}'", "SELECT pg_reload_conf()")
        time.sleep(server.random.uniform(0.5, 1.5))
        server.run_in_the_end(f"ALTER SYSTEM RESET {name}", "SELECT pg_reload_conf()")
    return act


def signal_sessions(function):
    """Cancels or ends whatever sessions of clients and workers run."""
    def act(server):
        server.try_run(f"SELECT {function}(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type IN ('client backend', 'dynamo http')")
    return act


def call(function, request):
    return f"SELECT dynamo.{function}('{request}')"


def build_index(server):
    """An index on the same items, built beside the writers and dropped again."""
    server.try_run(call("update_table", f'{{"TableName": "{TABLE}", "AttributeDefinitions": [{{"AttributeName": "w", "AttributeType": "S"}}],'
                   '"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "Extra", "KeySchema": [{"AttributeName": "w", "KeyType": "HASH"}],'
                   '"Projection": {"ProjectionType": "KEYS_ONLY"}}}]}'))
    time.sleep(server.random.uniform(0.1, 2))
    for _ in range(20):
        if server.try_run(call("update_table", f'{{"TableName": "{TABLE}", "GlobalSecondaryIndexUpdates": [{{"Delete": {{"IndexName": "Extra"}}}}]}}')) is not None:
            return
        time.sleep(0.2)


def take_backup(server):
    server.try_run(call("create_backup", f'{{"TableName": "{TABLE}", "BackupName": "beside"}}'))


FAULTS = {
    "kill client backend": kill("client backend"),
    "kill http worker": kill("dynamo http"),
    "kill flusher": kill("dynamo flusher"),
    "kill supervisor": kill("dynamo supervisor"),
    "kill capture": kill("dynamo capture"),
    "kill launcher": kill("dynamo maintenance launcher"),
    "kill maintenance worker": kill("dynamo maintenance worker%"),
    "kill checkpointer": kill("checkpointer"),
    "kill background writer": kill("background writer"),
    "kill walwriter": kill("walwriter"),
    "kill autovacuum launcher": kill("autovacuum launcher"),
    "kill postmaster": kill_postmaster,
    "terminate http worker": kill("dynamo http", signal.SIGTERM),
    "terminate flusher": kill("dynamo flusher", signal.SIGTERM),
    "terminate capture": kill("dynamo capture", signal.SIGTERM),
    "immediate shutdown": restart("immediate"),
    "fast shutdown": restart("fast"),
    "pause http worker": pause("dynamo http"),
    "pause flusher": pause("dynamo flusher"),
    "pause client backend": pause("client backend"),
    "pause walwriter": pause("walwriter"),
    "cancel sessions": signal_sessions("pg_cancel_backend"),
    "terminate sessions": signal_sessions("pg_terminate_backend"),
    "lock of the table": hold_lock,
    "lock_timeout": with_setting("lock_timeout", "1ms"),
    "statement_timeout": with_setting("statement_timeout", "3ms"),
    "synchronous_commit off and on": with_setting("synchronous_commit", "off"),
    "checkpoint": run("CHECKPOINT"),
    "WAL switch": run("SELECT pg_switch_wal()"),
    "VACUUM": of_each_leaf("VACUUM (FREEZE) {}"),
    "VACUUM FULL": of_each_leaf("VACUUM FULL {}"),
    "REINDEX": of_each_leaf("REINDEX TABLE {}"),
    "REINDEX CONCURRENTLY": of_each_leaf("REINDEX TABLE CONCURRENTLY {}"),
    "ANALYZE": of_each_leaf("ANALYZE {}"),
    "index build": build_index,
    "backup": take_backup,
}
