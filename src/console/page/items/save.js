// Saves an item that was read before and edited since, unless another has changed it meanwhile.
import { call } from "../frame/api.js";
import { Expression } from "./expression.js";
import { equal, itemOf, keyOf } from "./value.js";

// An expression has at most 4 KB, and some 300 operators (docs/expressions.md).
const MOST_LENGTH = 3800;
const MOST_OPERATORS = 280;

function changesOf(before, after) {
	const names = new Set([...Object.keys(before), ...Object.keys(after)]);
	return [...names].filter((name) => !equal(before[name], after[name]));
}

// Every attribute is as it was read; of more than an expression takes, those that are changed come first.
function condition(expression, before, changed) {
	const names = new Set([...changed, ...Object.keys(before)]);
	const parts = [];
	let length = 0;
	for (const name of names) {
		if (parts.length === MOST_OPERATORS / 2 || length > MOST_LENGTH - 40) break;
		const placeholder = expression.name(name);
		parts.push(before[name] === undefined ? `attribute_not_exists(${placeholder})` : `${placeholder} = ${expression.value(before[name])}`);
		length += parts.at(-1).length + 5;
	}
	return parts.join(" AND ");
}

function update(expression, after, changed) {
	const set = changed.filter((name) => after[name] !== undefined).map((name) => `${expression.name(name)} = ${expression.value(after[name])}`);
	const remove = changed.filter((name) => after[name] === undefined).map((name) => expression.name(name));
	return [set.length && `SET ${set.join(", ")}`, remove.length && `REMOVE ${remove.join(", ")}`].filter(Boolean).join(" ");
}

// Only what is changed is written, so that an attribute that another has added meanwhile stays; where that is more
// than an expression takes, the whole item is put.
export function saveRequest(table, before, after) {
	const changed = changesOf(before, after);
	const expression = new Expression();
	const common = { TableName: table.TableName, ConditionExpression: condition(expression, before, changed), ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
	const plain = new Expression();
	if (update(plain, after, changed).length > MOST_LENGTH || changed.length > MOST_OPERATORS / 2)
		return { operation: "PutItem", input: { ...common, Item: after, ...expression.members() } };
	const UpdateExpression = update(expression, after, changed);
	const Key = keyOf(after, table.KeySchema.map((key) => key.AttributeName));
	return { operation: "UpdateItem", input: { ...common, Key, UpdateExpression, ...expression.members() } };
}

// The item has been changed since it was read: `stored` is what there is now, or null where it has been deleted.
export class Conflict extends Error {
	constructor(stored) {
		super(stored ? "The item has been changed since it was read." : "The item has been deleted since it was read.");
		this.name = "Conflict";
		this.stored = stored;
	}
}

// False where nothing was changed. Throws Conflict.
export async function save(table, before, after) {
	if (changesOf(before, after).length === 0) return false;
	const { operation, input } = saveRequest(table, before, after);
	try {
		await call(operation, input);
		return true;
	} catch (error) {
		if (error.name !== "ConditionalCheckFailedException") throw error;
		throw new Conflict(error.members.Item ? itemOf(error.members.Item) : null);
	}
}

// Puts an item that is new; where `replace`, also in the place of one of the same key.
export async function create(table, item, { replace = false } = {}) {
	const expression = new Expression();
	const keys = table.KeySchema.map((key) => key.AttributeName);
	const guard = replace ? {} : { ConditionExpression: `attribute_not_exists(${expression.name(keys[0])})`, ...expression.members() };
	try {
		await call("PutItem", { TableName: table.TableName, Item: item, ...guard });
	} catch (error) {
		if (error.name !== "ConditionalCheckFailedException") throw error;
		throw Object.assign(new Error(`There is an item of the key ${JSON.stringify(keyOf(item, keys))} already.`), { name: "ItemExists" });
	}
}
