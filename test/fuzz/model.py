"""The service model as src/model and src/operation have it in their .def files, and values made by it."""
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2] / "src"


def lines(file):
    """Macro and arguments of each line that has one."""
    text = re.sub(r"/\*.*?\*/", "", (SOURCE / file).read_text(), flags=re.S)
    for macro, arguments in re.findall(r'^\s*([A-Z_]+)\(((?:"[^"]*"|[^")])*)\)', text, flags=re.M):
        yield macro, [argument.strip('" ') for argument in re.findall(r'"[^"]*"|[^,]+', arguments)]


class Shape:
    def __init__(self, kind, arguments):
        self.kind, self.arguments, self.members = kind, arguments, {}


def shapes():
    found, inside = {}, None
    for file in sorted(path.relative_to(SOURCE) for path in SOURCE.glob("model/shapes_*.def")):
        for macro, arguments in lines(file):
            name = arguments[0]
            if macro in ("END", "END_UNION"):
                inside = None
            elif macro in ("REQUIRED", "OPTIONAL", "VARIANT"):
                inside.members[name] = (arguments[1], macro == "REQUIRED")
            elif macro in ("REQUIRED_AS", "OPTIONAL_AS"):
                inside.members[arguments[1]] = (arguments[2], macro == "REQUIRED_AS")
            elif macro != "RECURSIVE":
                found[name] = Shape(macro, arguments[1:])
                inside = found[name] if macro in ("STRUCTURE", "UNION") else inside
    return found


SHAPES = shapes()
TARGETS = {"DYNAMODB": "DynamoDB_20120810.", "STREAMS": "DynamoDBStreams_20120810.", "SCALING": "AnyScaleFrontendService."}
# By the name in SQL: what X-Amz-Target names, and the input's shape.
OPERATIONS = {sql: (TARGETS[service] + api, shape)
              for _, (api, sql, shape, _, _, _, _, service, *_) in lines("operation/operations.def")}
MEMBERS = sorted({name for _, (_, _, name) in lines("model/members.def")})

# Which shapes some structure gives to a member of this name.
SHAPES_OF = {name: sorted({structure.members[name][0] for structure in SHAPES.values() if name in structure.members})
             for name in MEMBERS}
assert MEMBERS == sorted({name for shape in SHAPES.values() if shape.kind == "STRUCTURE" for name in shape.members})

# What stands for a stream, a shard of it and so on until there is one.
STREAM = {"StreamArn": "$STREAM", "ShardId": "$SHARD", "SequenceNumber": "$SEQUENCE", "ShardIterator": "$ITERATOR"}

TEXTS = ["fuzz", "a", "b", ":v", "#a", "a = :v", "SET a = :v", "index", "", "x" * 40, "AQID", "1", "SELECT * FROM fuzz"]
KEYS = ["a", "b", ":v", "#a", "fuzz", "", "x"]


def made(name, dice, depth=0):
    """A value of the shape's type, which may break its constraints."""
    shape = SHAPES[name]
    few = dice.choice((0, 1, 1, 2)) if depth < 6 else 0
    if shape.kind == "ENUM":
        return dice.choice(shape.arguments[0].split(", "))
    if name in ("TableArn", "TableName", "ItemsTable", "ManagedTable", "ResourceArnString") and dice.random() < 0.8:
        return "fuzz" if name != "ResourceArnString" else "arn:aws:dynamodb:us-east-1:000000000000:table/fuzz"
    if name in STREAM and dice.random() < 0.8:
        return STREAM[name]
    if shape.kind in ("STRING", "BYTES", "NAME", "TABLE", "BLOB"):
        return dice.choice(TEXTS)
    if shape.kind == "BOOLEAN":
        return dice.random() < 0.5
    if shape.kind == "DOUBLE":
        return dice.choice((0, 70, 70.5, -1, 1e-300, 1e300))
    if shape.kind == "TIME":
        return dice.choice((0, -1, 1.5, 1795737600, 1795737600.123456, 1e300, -1e300))
    if shape.kind in ("INTEGER", "LONG"):
        return dice.choice((0, 1, 2, 5, -1, 2**31 - 1, 2**63 - 1))
    if shape.kind == "LIST":
        return [made(shape.arguments[0], dice, depth + 1) for _ in range(few)]
    if shape.kind in ("MAP", "MAP_AS_JSON"):
        return {dice.choice(KEYS): made(shape.arguments[1], dice, depth + 1) for _ in range(few)}
    if shape.kind == "UNION":
        variant = dice.choice(sorted(shape.members)[:-2] if depth < 6 else ["S", "N", "BOOL"])
        return {variant: made(shape.members[variant][0], dice, depth + 1)}
    return {member: made(of, dice, depth + 1) for member, (of, required) in shape.members.items()
            if dice.random() < (0.95 if required else 0.3)}


# One maker of values for each type that JSON has, with what a member might be taken for.
TYPES = [
    lambda dice: None,
    lambda dice: dice.random() < 0.5,
    lambda dice: dice.choice((0, -1, 7, 1.5, 5e9, 2**63, 10**30, 1e300)),
    lambda dice: dice.choice(("", "A" * 40, "fuzz", "\u0001", "é" * 300)),
    lambda dice: dice.choice(([], [1, "A" * 24], [None], [[]], [{}], [{"IndexName": [None]}])),
    lambda dice: dice.choice(({}, {"a": "A" * 24}, {"IndexName": [None]}, {"": None}, {":v": {"S": ["x"]}}, {"S": {}, "M": []})),
]


def objects(node):
    """Every object in the tree."""
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from objects(child)


def add_member(request, name, value, dice, at_top):
    """Adds or replaces a member somewhere, which comes before or after the others."""
    place = request if at_top else dice.choice(list(objects(request)))
    others = {key: place[key] for key in place if key != name}
    first = dice.random() < 0.5
    place.clear()
    place.update({name: value, **others} if first else {**others, name: value})


def member_values(name, dice):
    """A value of every JSON type, and one of each shape that the member has in some structure."""
    yield from (make(dice) for make in TYPES)
    yield from (made(shape, dice) for shape in SHAPES_OF.get(name, ()))
