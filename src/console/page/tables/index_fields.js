// A secondary index in a form.
import { h } from "../frame/dom.js";
import { IncompleteForm } from "../items/builder.js";
import { selectField, textField } from "../parts/field.js";
import { KeyFields } from "./key_fields.js";

export const projections = [["ALL", "All attributes"], ["KEYS_ONLY", "Keys only"], ["INCLUDE", "Keys and those named"]];

const listed = (text) => text.split(",").map((each) => each.trim()).filter(Boolean);

export class IndexFields {
	// local: whether it may also be a local index, as only a new table can have.
	constructor({ local = false, actions } = {}) {
		this.name = textField("Index name", { required: true });
		this.kind = local ? selectField("Kind", [["global", "Global"], ["local", "Local: the table's partition key"]], { onchange: () => this.draw() }) : null;
		this.keys = new KeyFields({ most: 4 });
		this.sort = new KeyFields();
		this.projection = selectField("Projection", projections, { onchange: () => this.draw() });
		this.included = textField("Attributes to include", { hint: "Separated by commas." });
		this.sort.parts.HASH[0].element.remove();
		this.element = h("fieldset", { class: "tables-index" }, h("legend", null, "Index"), h("div", { class: "row" }, this.name.element, this.kind?.element, this.projection.element), this.included.element, this.keys.element, this.sort.element, actions);
		this.draw();
	}

	get global() {
		return this.kind?.value !== "local";
	}

	draw() {
		this.keys.element.hidden = !this.global;
		this.sort.element.hidden = this.global;
		this.included.element.hidden = this.projection.value !== "INCLUDE";
	}

	// The index of a request. partitionKey: of the table, for a local index.
	read(types, partitionKey) {
		this.name.error("");
		if (this.name.value.trim() === "") {
			this.name.error("A name is needed.");
			throw new IncompleteForm();
		}
		return {
			IndexName: this.name.value.trim(),
			KeySchema: this.global ? this.keys.read(types) : this.readLocal(types, partitionKey),
			Projection: { ProjectionType: this.projection.value, ...(this.projection.value === "INCLUDE" ? { NonKeyAttributes: listed(this.included.value) } : {}) },
		};
	}

	readLocal(types, partitionKey) {
		const [hash, range] = this.sort.parts.HASH.concat(this.sort.parts.RANGE);
		hash.name.value = partitionKey;
		hash.type.value = types.get(partitionKey);
		range.required = true;
		return this.sort.read(types);
	}
}
