// Creates a table.
import { h, replace } from "../frame/dom.js";
import { call } from "../frame/api.js";
import { go, href } from "../frame/router.js";
import { IncompleteForm } from "../items/builder.js";
import { button, linkButton } from "../parts/button.js";
import { checkField, selectField, textField } from "../parts/field.js";
import { screenHead } from "../parts/head.js";
import { requestCode } from "../parts/request_code.js";
import { errorView, section } from "../parts/state.js";
import { toast } from "../parts/toast.js";
import { IndexFields } from "./index_fields.js";
import { KeyFields } from "./key_fields.js";
import { VectorFields } from "./vector_fields.js";

const streamViews = [["", "No stream"], ["NEW_AND_OLD_IMAGES", "New and old images"], ["NEW_IMAGE", "New image"], ["OLD_IMAGE", "Old image"], ["KEYS_ONLY", "Keys only"]];

class TableForm {
	constructor() {
		this.name = textField("Table name", { required: true, maxlength: 255, hint: "3 to 255 letters, digits, and . _ -" });
		this.keys = new KeyFields();
		this.indexes = [];
		this.vectors = [];
		this.indexPlace = h("div", { class: "stack" });
		this.billing = selectField("Capacity", [["PAY_PER_REQUEST", "On demand"], ["PROVISIONED", "Provisioned"]], { onchange: () => this.draw() });
		this.readUnits = textField("Read units", { type: "number", value: 5, min: 1 });
		this.writeUnits = textField("Write units", { type: "number", value: 5, min: 1 });
		this.stream = selectField("Stream", streamViews);
		this.protection = checkField("Deletion protection", { hint: "DeleteTable is refused until it is turned off." });
		this.draw();
	}

	draw() {
		for (const field of [this.readUnits, this.writeUnits]) field.element.hidden = this.billing.value !== "PROVISIONED";
	}

	// Adds the fields of an index to one of the lists.
	add(list, Fields, options = {}) {
		const index = new Fields({ ...options, actions: h("div", null, button("Remove index", () => {
			list.splice(list.indexOf(index), 1);
			index.element.remove();
		}, { kind: "plain", icon: "trash" })) });
		list.push(index);
		this.indexPlace.append(index.element);
		index.name.input.focus();
	}

	addIndex() {
		this.add(this.indexes, IndexFields, { local: true });
	}

	addVectors() {
		this.add(this.vectors, VectorFields);
	}

	throughput() {
		if (this.billing.value !== "PROVISIONED") return undefined;
		return { ReadCapacityUnits: Number(this.readUnits.value), WriteCapacityUnits: Number(this.writeUnits.value) };
	}

	// The request. Throws IncompleteForm, with what is missing shown.
	read() {
		this.name.error("");
		if (this.name.value.trim() === "") {
			this.name.error("A name is needed.");
			throw new IncompleteForm();
		}
		const types = new Map();
		const KeySchema = this.keys.read(types);
		const read = (global) => this.indexes.filter((index) => index.global === global).map((index) => ({ ...index.read(types, KeySchema[0].AttributeName), ...(global && this.throughput() ? { ProvisionedThroughput: this.throughput() } : {}) }));
		const [global, local] = [read(true), read(false)];
		const vectors = this.vectors.map((index) => index.read(types));
		return JSON.parse(JSON.stringify({
			TableName: this.name.value.trim(), KeySchema, AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
			BillingMode: this.billing.value, ProvisionedThroughput: this.throughput(),
			GlobalSecondaryIndexes: global.length ? global : undefined, LocalSecondaryIndexes: local.length ? local : undefined,
			VectorIndexes: vectors.length ? vectors : undefined,
			StreamSpecification: this.stream.value ? { StreamEnabled: true, StreamViewType: this.stream.value } : undefined,
			DeletionProtectionEnabled: this.protection.value || undefined,
		}));
	}
}

export const createTableScreen = {
	route: "/create",
	title: () => "Create table",
	parent: "/tables",
	render(root) {
		const form = new TableForm();
		const problem = h("div", { role: "alert" });
		const code = h("div");
		const create = button("Create table", async () => {
			replace(problem);
			const input = form.read();
			try {
				await call("CreateTable", input);
			} catch (error) {
				replace(problem, errorView(error));
				return;
			}
			toast(`${input.TableName} is being created.`);
			go(href("tables", input.TableName));
		}, { kind: "primary" });
		root.append(screenHead({ title: "Create table", crumbs: [["Tables", "#/tables"]] }), h("form", { class: "stack tables-create", novalidate: true, onsubmit: (event) => { event.preventDefault(); create.click(); } },
			section("Name and key", { note: "They cannot be changed later." }, form.name.element, form.keys.element),
			section("Indexes", { actions: [button("Add index", () => form.addIndex(), { icon: "plus" }), button("Add vector index", () => form.addVectors(), { icon: "plus" })] }, h("p", { class: "faint" }, "Global and vector indexes may also be added later, local ones only now."), form.indexPlace),
			section("Settings", {}, h("div", { class: "row" }, form.billing.element, form.readUnits.element, form.writeUnits.element, form.stream.element), form.protection.element),
			problem, h("div", { class: "toolbar" }, create, button("Show as code", () => replace(code, section("CreateTable in other languages", {}, requestCode("CreateTable", form.read())))), linkButton("Cancel", "#/tables")), code));
		form.name.input.focus();
	},
};
