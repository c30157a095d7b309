// The form that makes a Query or a Scan.
import { h, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { areaField, checkField, selectField, textField } from "../parts/field.js";
import { comparisons, Expression, keyComparisons, scalar } from "./expression.js";
import { parseValue } from "./json.js";
import { typeNames } from "./value.js";

const scalarTypes = [["S", "String"], ["N", "Number"], ["B", "Binary"], ["BOOL", "Boolean"], ["NULL", "Null"]];
const PAGE_SIZES = ["25", "50", "100", "300", "1000"];
const RESULTS = ["10", "25", "50", "100"];

const typesOf = (table) => Object.fromEntries(table.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));

// The table itself and its indexes: [{ name, keys: [{ name, hash, type }], global }]; name "" is the table.
export function indexesOf(table) {
	const types = typesOf(table);
	const keys = (schema) => schema.map((key) => ({ name: key.AttributeName, hash: key.KeyType === "HASH", type: types[key.AttributeName] }));
	const index = (global) => (each) => ({ name: each.IndexName, keys: keys(each.KeySchema), global });
	return [{ name: "", keys: keys(table.KeySchema), global: false }, ...(table.LocalSecondaryIndexes ?? []).map(index(false)), ...(table.GlobalSecondaryIndexes ?? []).map(index(true))];
}

// The vector indexes: [{ name, attribute, keys }], where the keys are what a search may be narrowed by.
function vectorIndexesOf(table) {
	const types = typesOf(table);
	return (table.VectorIndexes ?? []).map((each) => ({
		name: each.IndexName, attribute: each.VectorAttribute.AttributeName, global: true,
		keys: (each.SearchSchema ?? []).map(({ AttributeName, SearchSchemaElementType }) => ({ name: AttributeName, type: types[AttributeName], hash: SearchSchemaElementType === "HASH", role: SearchSchemaElementType === "HASH" ? " partition key" : " filter" })),
	}));
}

// A vector as it is typed: numbers, in brackets or not.
function readVector(field) {
	const text = field.value.trim();
	field.error("");
	try {
		const { L } = parseValue(text.startsWith("[") ? text : `[${text}]`);
		if (L?.length > 0 && L.every((each) => each.N !== undefined)) return L;
	} catch {
		// said below
	}
	field.error("A vector is numbers with commas between them.");
	throw new IncompleteForm();
}

// What the operator takes: no field, one, or two.
function operandFields(operator) {
	const make = (label) => operator.ofType ? selectField(label, Object.entries(typeNames), { hideLabel: true }) : textField(label, { hideLabel: true, placeholder: label });
	return Array.from({ length: operator.operands }, (_, i) => make(i === 0 ? "Value" : "and"));
}

// A field's value by its type, with what is wrong shown at it.
function readOperand(field, type) {
	field.error("");
	try {
		return scalar(type, field.value);
	} catch (error) {
		field.error(error.message);
		throw new IncompleteForm();
	}
}

// Something is missing in the form, and said there: reportError() keeps quiet of it.
export class IncompleteForm extends Error {
	get quiet() {
		return true;
	}
}

// One attribute, an operator and its operands. `fixed`: the key attribute { name, type } that it is about.
class Condition {
	constructor({ fixed, operators, onRemove }) {
		Object.assign(this, { fixed, operators });
		this.name = fixed ? null : textField("Attribute", { hideLabel: true, placeholder: "Attribute", list: "attribute-names" });
		this.type = fixed ? null : selectField("Type", scalarTypes, { hideLabel: true });
		this.operator = selectField("Operator", operators.map((each) => [each.id, each.label]), { hideLabel: true, onchange: () => this.drawOperands() });
		this.operandPlace = h("div", { class: "items-operands" });
		const remove = onRemove && button("Remove this filter", () => onRemove(this), { kind: "plain", icon: "close", iconOnly: true });
		this.element = h("div", { class: "items-condition" }, fixed ? h("span", { class: "items-key", dir: "auto" }, fixed.name, h("span", { class: "faint" }, fixed.role ?? (fixed.hash ? " partition key" : " sort key"), ` · ${typeNames[fixed.type]}`)) : this.name.element,
			fixed ? null : this.type.element, this.operator.element, this.operandPlace, remove);
		this.drawOperands();
	}

	get chosen() {
		return this.operators.find((each) => each.id === this.operator.value);
	}

	drawOperands() {
		this.operands = operandFields(this.chosen);
		replace(this.operandPlace, this.operands.map((each) => each.element));
		if (this.type) this.type.element.hidden = this.chosen.operands === 0 || Boolean(this.chosen.ofType);
	}

	get empty() {
		return this.fixed ? this.operands.every((each) => each.value === "") : this.name.value.trim() === "";
	}

	text(expression) {
		const type = this.chosen.ofType ? "S" : this.fixed?.type ?? this.type.value;
		const values = this.operands.map((field) => expression.value(readOperand(field, type)));
		return this.chosen.text(this.fixed ? expression.name(this.fixed.name) : expression.path(this.name.value.trim()), ...values);
	}
}

export class RequestBuilder {
	// onRun: called when the form is to be run. indexName: chosen first.
	constructor(table, { onRun, indexName = "" }) {
		Object.assign(this, { table, onRun });
		this.indexes = indexesOf(table);
		this.vectors = vectorIndexesOf(table);
		this.filters = [];
		const searched = this.vectors.some((each) => each.name === indexName);
		this.mode = selectField("Read", [["Scan", "Scan"], ["Query", "Query"], ...(this.vectors.length ? [["SearchVectors", "Nearest vectors"]] : [])], { value: searched ? "SearchVectors" : "Scan", onchange: () => this.drawKeys() });
		this.index = selectField("Table or index", this.indexes.map((each) => [each.name, each.name || `${table.TableName} (table)`]), { value: searched ? "" : indexName, onchange: () => this.drawKeys() });
		this.vectorIndex = selectField("Vector index", this.vectors.map((each) => each.name), { value: searched ? indexName : this.vectors[0]?.name, onchange: () => this.drawKeys() });
		this.results = selectField("Results", RESULTS);
		this.vector = areaField("Vector", { rows: 2, placeholder: "0.1, 0.7, 0.2" });
		this.pageSize = selectField("Page size", PAGE_SIZES, { value: "100" });
		this.order = selectField("Order", [["up", "Ascending"], ["down", "Descending"]]);
		this.consistent = checkField("Consistent read");
		this.keyPlace = h("div", { class: "stack" });
		this.filterPlace = h("div", { class: "stack" });
		this.names = h("datalist", { id: "attribute-names" });
		this.filterButton = button("Add filter", () => this.addFilter(), { icon: "plus" });
		this.element = h("form", { class: "box items-builder", "aria-label": "What to read", onsubmit: (event) => { event.preventDefault(); onRun(); } },
			h("div", { class: "row" }, this.mode.element, this.index.element, this.vectorIndex.element, this.order.element, this.pageSize.element, this.results.element, h("div", { class: "items-consistent" }, this.consistent.element)),
			this.vector.element, this.keyPlace, this.filterPlace, this.names,
			h("div", { class: "toolbar" }, button("Run", () => onRun(), { kind: "primary", icon: "play" }), this.filterButton, h("input", { type: "submit", hidden: true })));
		this.drawKeys();
	}

	get isSearch() {
		return this.mode.value === "SearchVectors";
	}

	get chosenIndex() {
		if (this.isSearch) return this.vectors.find((each) => each.name === this.vectorIndex.value);
		return this.indexes.find((each) => each.name === this.index.value);
	}

	// The names that fields of attributes propose.
	propose(names) {
		replace(this.names, names.map((value) => h("option", { value })));
	}

	drawKeys() {
		const isQuery = this.mode.value === "Query";
		const operators = (key) => (key.hash || this.isSearch ? keyComparisons.slice(0, 1) : keyComparisons);
		this.keys = isQuery || this.isSearch ? this.chosenIndex.keys.map((fixed) => new Condition({ fixed, operators: operators(fixed) })) : [];
		replace(this.keyPlace, this.keys.map((each) => each.element));
		this.order.element.hidden = !isQuery;
		for (const field of [this.vectorIndex.element, this.results.element, this.vector.element]) field.hidden = !this.isSearch;
		for (const field of [this.index.element, this.pageSize.element, this.consistent.element, this.filterPlace, this.filterButton]) field.hidden = this.isSearch;
		this.consistent.input.disabled = this.chosenIndex.global;
		if (this.chosenIndex.global) this.consistent.value = false;
	}

	addFilter() {
		const filter = new Condition({ operators: comparisons, onRemove: (gone) => {
			this.filters = this.filters.filter((each) => each !== gone);
			gone.element.remove();
		} });
		this.filters.push(filter);
		this.filterPlace.append(filter.element);
		filter.name.input.focus();
	}

	keyCondition(expression) {
		const given = this.keys.filter((each) => each.fixed.hash || !each.empty);
		return given.map((each) => each.text(expression)).join(" AND ");
	}

	// Fills the form with a search for what is near the item's vector.
	searchLike(item) {
		this.mode.value = "SearchVectors";
		this.drawKeys();
		const { attribute, keys } = this.chosenIndex;
		this.vector.value = (item[attribute]?.L ?? []).map((each) => each.N).join(", ");
		for (const [i, { hash, name, type }] of keys.entries()) if (hash) this.keys[i].operands[0].value = item[name]?.[type] ?? "";
	}

	search() {
		const expression = new Expression();
		const SearchVector = readVector(this.vector);
		const input = {
			TableName: this.table.TableName, IndexName: this.vectorIndex.value, SearchVector, TopK: Number(this.results.value),
			SearchConditionExpression: this.keyCondition(expression) || undefined, ReturnConsumedCapacity: "TOTAL", ...expression.members(),
		};
		return { operation: "SearchVectors", input: JSON.parse(JSON.stringify(input)) };
	}

	// { operation, input }: input without ExclusiveStartKey. Throws IncompleteForm where a field must be mended.
	request() {
		if (this.isSearch) return this.search();
		const expression = new Expression();
		const operation = this.mode.value;
		const isQuery = operation === "Query";
		const input = {
			TableName: this.table.TableName,
			IndexName: this.index.value || undefined,
			KeyConditionExpression: isQuery ? this.keyCondition(expression) : undefined,
			FilterExpression: this.filters.filter((each) => !each.empty).map((each) => each.text(expression)).join(" AND ") || undefined,
			ScanIndexForward: isQuery && this.order.value === "down" ? false : undefined,
			ConsistentRead: this.consistent.value || undefined,
			Limit: Number(this.pageSize.value),
			ReturnConsumedCapacity: "TOTAL",
			...expression.members(),
		};
		return { operation, input: JSON.parse(JSON.stringify(input)) };
	}
}
