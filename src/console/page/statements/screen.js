// PartiQL: a statement, what it gives, how it reaches its items, and SQL that does the same.
import { call, callConsole } from "../frame/api.js";
import { h, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { codeView } from "../parts/code.js";
import { areaField, selectField } from "../parts/field.js";
import { duration, plural } from "../parts/format.js";
import { screenHead } from "../parts/head.js";
import { emptyState, errorView, loading } from "../parts/state.js";
import { tabPanel } from "../parts/tabs.js";
import { planView } from "./plan.js";
import { itemGrid, jsonView } from "./result.js";

const EXAMPLE = 'SELECT * FROM "Music" WHERE Artist = ?';

class ParameterError extends Error {
	name = "Parameters";
}

// The request that the form makes. Numbers stay as they are typed: in DynamoDB JSON they are texts.
function parametersOf(text) {
	if (!text.trim()) return undefined;
	let list;
	try {
		list = JSON.parse(text);
	} catch (error) {
		throw new ParameterError(`The parameters are no JSON: ${error.message}`);
	}
	if (!Array.isArray(list)) throw new ParameterError('The parameters are a list of values: [{"S": "text"}, {"N": "1"}]');
	return list.length ? list : undefined;
}

function form(params) {
	return {
		statement: areaField("Statement", { rows: 5, value: params.statement ?? "", placeholder: EXAMPLE, "aria-keyshortcuts": "Control+Enter" }),
		parameters: areaField("Parameters", { rows: 2, placeholder: '[{"S": "Acme Band"}]', hint: "A list of values in DynamoDB JSON, one for each question mark." }),
		limit: selectField("Items read at most", [["", "as many as a page holds"], "10", "100", "1000"]),
	};
}

class Statements {
	constructor(params, signal) {
		this.signal = signal;
		this.fields = form(params);
		this.output = h("div", { class: "stack" }, emptyState({ title: "Run a statement, or have it explained", text: "Ctrl+Enter runs it. Explaining reads and changes nothing." }));
		this.status = h("p", { class: "faint", role: "status" });
		this.fields.statement.input.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.runButton.click());
		this.runButton = button("Run", () => this.attempt(() => this.run()), { kind: "primary", icon: "play" });
		this.explainButton = button("Explain", () => this.attempt(() => this.explain()));
	}

	get request() {
		const limit = this.fields.limit.value;
		return { Statement: this.fields.statement.value, Parameters: parametersOf(this.fields.parameters.value), Limit: limit ? Number(limit) : undefined };
	}

	// Shows an error of `work` in place of results. The newest work alone shows anything.
	async attempt(work) {
		this.fields.statement.error("");
		if (!this.fields.statement.value.trim()) return this.fields.statement.error("Type a statement.");
		this.status.textContent = "";
		replace(this.output, loading("Asking…"));
		try {
			await work();
		} catch (error) {
			if (error.name !== "AbortError") replace(this.output, errorView(error));
		}
	}

	async run() {
		this.page = 0;
		this.shown = this.request;
		await this.read();
	}

	async read(token) {
		const begun = performance.now();
		const answer = await call("ExecuteStatement", { ...this.shown, NextToken: token, ReturnConsumedCapacity: "TOTAL" }, { signal: this.signal });
		this.page++;
		const capacity = answer.ConsumedCapacity?.CapacityUnits;
		this.status.textContent = [plural(answer.Items?.length ?? 0, "item"), this.page > 1 && `page ${this.page}`, capacity !== undefined && plural(capacity, "capacity unit"), duration(performance.now() - begun), answer.NextToken && "there is more"].filter(Boolean).join(" · ");
		this.show(answer);
	}

	show({ Items: items = [], NextToken: token }) {
		const next = token && h("div", null, button("Next page", () => this.attempt(() => this.read(token)), { icon: "right" }));
		const panels = tabPanel("Result", [
			{ label: "Grid", body: () => (items.length ? itemGrid(items) : emptyState({ title: "No items", text: token ? "None on this page; there is more to read." : "The statement gives none." })) },
			{ label: "JSON", body: () => jsonView(items) },
			{ label: "Plan", body: () => this.later(() => this.plan(this.shown)) },
			{ label: "SQL", body: () => this.later(() => this.sql(this.shown)) },
		]);
		replace(this.output, panels.element, next);
	}

	// A place that is filled when the answer is there.
	later(work) {
		const place = h("div", { class: "stack" }, loading("Asking…"));
		work().then((content) => replace(place, content), (error) => error.name !== "AbortError" && replace(place, errorView(error)));
		return place;
	}

	ask(request, analyze) {
		const { Statement, Parameters, Limit } = request;
		return callConsole("ExplainStatement", { Statement, Parameters, Limit, Analyze: analyze }, { signal: this.signal });
	}

	async plan(request) {
		return planView(await this.ask(request), () => this.ask(request, true));
	}

	async sql(request) {
		const { Sql } = await this.ask(request);
		return [h("p", { class: "faint" }, "The same in SQL, for psql and other clients of PostgreSQL. The service itself runs no SQL of its clients."), codeView({ SQL: Sql })];
	}

	async explain() {
		const request = this.request;
		const plan = await this.ask(request);
		replace(this.output, planView(plan, () => this.ask(request, true)), h("h2", null, "The same in SQL"), codeView({ SQL: plan.Sql }));
	}

	get element() {
		return h("section", { class: "box" }, this.fields.statement.element, h("div", { class: "row" }, this.fields.parameters.element, this.fields.limit.element),
			h("div", { class: "toolbar" }, this.runButton, this.explainButton, this.status));
	}
}

export const statementsScreen = {
	route: "/partiql",
	title: () => "PartiQL",
	nav: { label: "PartiQL", icon: "query", section: "Data" },
	render(root, params, { signal }) {
		const statements = new Statements(params, signal);
		root.append(screenHead({ title: "PartiQL" }), statements.element, statements.output);
		statements.fields.statement.input.focus();
	},
};
