// A vector index in a form.
import { h, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { selectField, textField } from "../parts/field.js";
import { projectionFields } from "./index_fields.js";
import { attributeField, readAttribute, refuse } from "./key_fields.js";

const MOST_FILTERS = 18;
export const distances = [["COSINE", "Cosine"], ["EUCLIDEAN", "Euclidean"], ["DOT_PRODUCT", "Dot product"]];

// A field's text, which must not be empty.
function needed(field, what) {
	field.error("");
	const text = field.value.trim();
	if (text === "") refuse(field, `${what} is needed.`);
	return text;
}

export class VectorFields {
	constructor({ actions } = {}) {
		this.name = textField("Index name", { required: true });
		this.vector = textField("Vector attribute", { required: true });
		this.dimensions = textField("Dimensions", { type: "number", required: true, min: 1, max: 4096 });
		this.distance = selectField("Distance", distances);
		this.projection = projectionFields();
		this.partition = attributeField("Partition key (if there is one)");
		this.filters = [];
		this.filterPlace = h("div", { class: "stack" });
		this.element = h("fieldset", { class: "tables-index" }, h("legend", null, "Vector index"),
			h("div", { class: "row" }, this.name.element, this.vector.element, this.dimensions.element, this.distance.element, this.projection.elements),
			h("p", { class: "faint" }, "The vector is a list of numbers. With a partition key a search is within one value of it; filters narrow it further."),
			this.partition.element, this.filterPlace, actions);
		this.drawFilters();
	}

	addFilter() {
		const field = attributeField("Filter attribute", { required: true, onRemove: () => {
			this.filters = this.filters.filter((each) => each !== field);
			this.drawFilters();
		} });
		this.filters.push(field);
		this.drawFilters();
		field.name.input.focus();
	}

	drawFilters() {
		replace(this.filterPlace, this.filters.map((each) => each.element),
			this.filters.length < MOST_FILTERS && h("div", { class: "toolbar" }, button("Another filter attribute", () => this.addFilter(), { kind: "plain", icon: "plus" })));
	}

	searchSchema(types) {
		const element = (SearchSchemaElementType) => (field) => ({ AttributeName: readAttribute(field, types), SearchSchemaElementType });
		return [...[this.partition].map(element("HASH")), ...this.filters.map(element("INLINE_FILTER"))].filter(({ AttributeName }) => AttributeName !== "");
	}

	// The index of a request; the types of its search schema are added to `types`.
	read(types) {
		const SearchSchema = this.searchSchema(types);
		return {
			IndexName: needed(this.name, "A name"), VectorAttribute: { AttributeName: needed(this.vector, "An attribute") }, Dimensions: Number(needed(this.dimensions, "A number")),
			DistanceFunction: this.distance.value, Projection: this.projection.read(), ...(SearchSchema.length ? { SearchSchema } : {}),
		};
	}
}
