"""Bugs to plant: the name, the file, what stands there, what stands there instead. The checker has to find each."""

MUTANTS = [
    ("answers do not wait for the flush", "src/http/held.c",
     "if (request->durable_at <= FlusherDurable())", "if (request->durable_at != 0)"),
    ("a write does not look again at what another has changed", "src/storage/write/write_leaf.c",
     "if (result == TM_Ok)", "if (result == TM_Ok || result == TM_Updated)"),
    ("some rows have no entry in the secondary indexes", "src/storage/write/write_index.c",
     "if (IndexLayoutOfItem(&layout, item, writer->key, columns))",
     "if (writer->slot->tts_tid.ip_posid % 16 != 0 && IndexLayoutOfItem(&layout, item, writer->key, columns))"),
    ("an update of an index's key leaves the index alone", "src/storage/write/hot_update.c",
     "!PartEqual(&watch->parts[i], old, replacement))\n\t\t\t\treturn false;",
     "!PartEqual(&watch->parts[i], old, replacement))\n\t\t\t\treturn true;"),
    ("some records of streams are lost", "src/change/decode/log_sink.c",
     "\tcapture->change(RelationGetRelid(leaf), table->label, change);",
     "\tstatic int calls;\n\n\tif (++calls % 256 != 0)\n\t\tcapture->change(RelationGetRelid(leaf), table->label, change);"),
    ("a transaction of three items leaves the last alone", "src/operation/transaction/transaction_write.c",
     "if (item->has_key && item->reason.code == NULL)", "if (item->has_key && item->reason.code == NULL && i < 2)"),
    ("a transaction goes on where a condition has failed", "src/operation/transaction/transaction_write.c",
     "\tTransactionCheckReasons(transaction);\n}\n\n/* A request", "}\n\n/* A request"),
    ("what a transaction has checked may change before it commits", "src/storage/write/write.c",
     "return version->locked || LockVersion(writer, version);", "return true;"),
]


def plant(mutant, tree):
    """Changes the source under `tree`; raises ValueError where it no longer has the line."""
    name, file, old, new = mutant
    path = f"{tree}/{file}"
    with open(path, encoding="utf-8") as source:
        text = source.read()
    if text.count(old) != 1:
        raise ValueError(f"{name}: {file} has {text.count(old)} times {old!r}")
    with open(path, "w", encoding="utf-8") as source:
        source.write(text.replace(old, new))
