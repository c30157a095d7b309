"""Decides whether some order of the operations explains what clients were told.

The stream says in which order each item's versions were made. From that and from what operations wrote and read
follows which of them must come before which: a reader after the writer of what it read and before the writer of the
next version, and an operation that had ended before the ones that began later. Where these contradict each other, in
a cycle, no order of whole operations explains the history: it is not strictly serializable. What each item's
operations did is linearizable then, too.
"""
import bisect
from collections import defaultdict

from operations import ABSENT, KEYS, Operation


class Versions:
    """The versions of one item in order; the first is ABSENT. made_by[i] is the operation that made versions[i]."""

    def __init__(self):
        self.versions, self.made_by = [ABSENT], [None]
        self.place = {}

    def add(self, made, operation):
        if made is not ABSENT:
            self.place[made] = len(self.versions)
        self.versions.append(made)
        self.made_by.append(operation)

    def places(self, name, start, end):
        """Where a version can have been read between these times; one that is not ABSENT has one place."""
        if name is not ABSENT:
            return [self.place[name]] if name in self.place else []
        return [i for i, made in enumerate(self.versions) if made is ABSENT and self.was_there(i, start, end)]

    def was_there(self, i, start, end):
        maker = self.made_by[i]
        taker = self.made_by[i + 1] if i + 1 < len(self.made_by) else None
        return (maker is None or maker.start <= end) and (taker is None or taker.end >= start)


class Checker:
    def __init__(self, operations, changes, final):
        """operations: all clients' Operations. changes: of the stream in order, each (key, old, new, by_service,
        was_expired). final: key -> the version at the end."""
        self.operations, self.changes, self.final = operations, changes, final
        self.faults = []
        self.items = {key: Versions() for key in KEYS}
        self.made = {new for _, _, new, _, _ in changes}
        self.deleted = set()  # id() of operations without an answer that a deletion in the stream is taken to be of

    def fault(self, text):
        self.faults.append(text)

    def check(self):
        """Returns what is wrong, as texts; empty where all is well."""
        for operation in self.operations:
            if operation.complaint:
                self.fault(f"{operation.kind} of {operation.client}: {operation.complaint}")
        self.order_versions()
        self.check_writes()
        self.check_final()
        if not self.faults:
            self.check_order()
        return self.faults

    # --- versions ---

    def writers(self):
        by_version, deletions = {}, defaultdict(list)
        for operation in self.operations:
            for key, made in operation.writes.items():
                if made is not ABSENT:
                    by_version[made] = operation
                elif operation.outcome != "failed":
                    deletions[key].append(operation)
        return by_version, deletions

    def order_versions(self):
        by_version, deletions = self.writers()
        for key, old, new, by_service, was_expired in self.changes:
            item = self.items[key]
            if item.versions[-1] != old:
                self.fault(f"stream: {key}: {item.versions[-1]} was there, and the record of {new} has {old} as old image")
            if new is not ABSENT:
                operation = by_version.get(new)
            elif by_service:
                operation = Operation("dynamo", "time to live", float("-inf"), outcome="ok", writes={key: ABSENT}, reads={key: old})
                self.operations.append(operation)
                if not was_expired:
                    self.fault(f"{key}: {old} had not expired and was deleted")
            else:
                operation = self.deletion_of(deletions[key], key, old)
            if operation is None:
                self.fault(f"stream: {key}: nobody has made {new} of {old}")
            item.add(new, operation)

    def deletion_of(self, deletions, key, old):
        """The deletion that says that it has taken this version, else the first of those that got no answer."""
        for operation in deletions:
            if operation.outcome == "ok" and operation.reads.get(key) == old:
                return operation
        unknown = [operation for operation in deletions if operation.outcome == "unknown" and
                   operation.reads.get(key, old) == old and self.may_have_happened(operation)]
        if not unknown:
            return None
        first = min(unknown, key=lambda operation: operation.start)
        self.deleted.add(id(first))
        deletions.remove(first)
        return first

    def may_have_happened(self, operation):
        return all(name is ABSENT or name in self.made for name in operation.writes.values())

    def check_writes(self):
        """What was acknowledged is there, what was refused is not, and what is unknown is there as a whole or not at all."""
        for operation in self.operations:
            made = {key: name for key, name in operation.writes.items() if name is not ABSENT}
            there = [key for key, name in made.items() if name in self.items[key].place]
            if operation.outcome == "ok" and len(there) < len(made):
                self.fault(f"lost: {describe(operation)}")
            if operation.outcome == "failed" and there:
                self.fault(f"refused, and there: {describe(operation)}")
            if operation.outcome == "unknown" and 0 < len(there) < len(made):
                self.fault(f"half there: {describe(operation)}")
            if operation.outcome == "unknown" and not there and id(operation) not in self.deleted:
                operation.outcome = "failed"
            for key, name in made.items():
                self.check_predecessor(operation, key, name)

    def check_predecessor(self, operation, key, name):
        place = self.items[key].place.get(name)
        if place is None or key not in operation.reads:
            return
        before = self.items[key].versions[place - 1]
        if before != operation.reads[key]:
            self.fault(f"{describe(operation)} was told that {operation.reads[key]} was there, where {before} was")

    def check_final(self):
        for key, item in self.items.items():
            if self.final.get(key) != item.versions[-1]:
                self.fault(f"{key} is {self.final.get(key)} at the end, and {item.versions[-1]} by the stream")

    # --- order ---

    def check_order(self):
        happened = [operation for operation in self.operations if operation.outcome != "failed"]
        graph = Graph(happened)
        for operation in happened:
            for key, name in operation.reads.items():
                self.add_read(graph, operation, key, name)
        for item in self.items.values():
            for one, other in zip(item.made_by[1:], item.made_by[2:]):
                graph.add(one, other)
        for cycle in graph.cycles():
            self.fault("no order explains:\n" + "\n".join(f"    {describe(operation)}" for operation in cycle))

    def add_read(self, graph, operation, key, name):
        item = self.items[key]
        if name is ABSENT and key in operation.writes and operation.writes[key] is not ABSENT:
            places = [item.place[operation.writes[key]] - 1]
        else:
            places = item.places(name, operation.start, operation.end)
        if not places:
            self.fault(f"{describe(operation)} saw {name} of {key}, which was not there then")
        if len(places) != 1:
            return
        (place,) = places
        graph.add(item.made_by[place], operation)
        if place + 1 < len(item.made_by):
            graph.add(operation, item.made_by[place + 1])


class Graph:
    """Which operation comes before which. Instants stand between operations that do not overlap: an operation comes
    before the instant of its end, that one before the next, and an instant before what begins after it."""

    def __init__(self, operations):
        self.operations = operations
        self.number = {id(operation): i for i, operation in enumerate(operations)}
        ended = sorted((operation.end, i) for i, operation in enumerate(operations) if operation.end != float("inf"))
        first = len(operations)
        self.after = [set() for _ in range(first + len(ended))]
        for place, (_, i) in enumerate(ended):
            self.after[i].add(first + place)
            if place > 0:
                self.after[first + place - 1].add(first + place)
        ends = [end for end, _ in ended]
        for i, operation in enumerate(operations):
            place = bisect.bisect_left(ends, operation.start) - 1
            if place >= 0:
                self.after[first + place].add(i)

    def add(self, one, other):
        if one is not None and other is not None and one is not other:
            self.after[self.number[id(one)]].add(self.number[id(other)])

    def cycles(self):
        """Each strongly connected component of more than one, as its operations (Tarjan's way, without recursion)."""
        index, low, on_stack, stack, found = {}, {}, set(), [], []
        for root in range(len(self.after)):
            if root in index:
                continue
            work = [(root, iter(self.after[root]))]
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            while work:
                node, rest = work[-1]
                for child in rest:
                    if child not in index:
                        index[child] = low[child] = len(index)
                        stack.append(child)
                        on_stack.add(child)
                        work.append((child, iter(self.after[child])))
                        break
                    if child in on_stack:
                        low[node] = min(low[node], index[child])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        component = []
                        while not component or component[-1] != node:
                            component.append(stack.pop())
                            on_stack.discard(component[-1])
                        if len(component) > 1:
                            found.append([self.operations[i] for i in component if i < len(self.operations)])
        return found


def describe(operation):
    return (f"{operation.kind} of {operation.client} from {operation.start:.4f} to {operation.end:.4f} "
            f"({operation.outcome}), read {operation.reads}, wrote {operation.writes}")
