// What policies would say of a request.
import { callConsole } from "../frame/api.js";
import { allRows } from "../frame/rows.js";
import { h, newId, replace } from "../frame/dom.js";
import { button } from "../parts/button.js";
import { areaField, textField } from "../parts/field.js";
import { screenHead } from "../parts/head.js";
import { badge, emptyState, errorView, facts } from "../parts/state.js";

const kinds = { allowed: "good", denied: "bad", undecided: "warn" };
const common = ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "PartiQLSelect", "PartiQLInsert", "PartiQLUpdate", "PartiQLDelete", "CreateTable", "DescribeTable", "UpdateTable", "DeleteTable"].map((name) => `dynamodb:${name}`);

function withChoices(field, choices) {
	const id = newId("choices");
	field.input.setAttribute("list", id);
	field.element.append(h("datalist", { id }, choices.map((value) => h("option", { value }))));
	return field;
}

function form(params, region, account) {
	return {
		RoleName: textField("Role", { value: params.role ?? "", required: true }),
		Action: withChoices(textField("Action", { value: params.action ?? "dynamodb:GetItem", required: true }), common),
		Resource: textField("Resource", { value: params.resource ?? `arn:aws:dynamodb:${region}:${account}:table/Music`, required: true }),
		Context: areaField("Context", { rows: 5, placeholder: '{"dynamodb:LeadingKeys": ["tenant#1"], "aws:SourceIp": "10.0.0.1"}', hint: "Condition keys and their values in JSON; null where one is not known yet." }),
		SessionName: textField("Session name", { hint: "Only of temporary credentials." }),
		SessionPolicy: areaField("Session policy", { rows: 4, hint: "Only of temporary credentials." }),
	};
}

function missing(fields) {
	for (const field of Object.values(fields)) field.error("");
	const empty = Object.values(fields).find((field) => field.input.required && !field.value.trim());
	empty?.error("This is needed.");
	return empty !== undefined;
}

function answer(row) {
	return h("section", { class: "box" }, h("div", { class: "decision" }, badge(row.decision, kinds[row.decision]), h("span", null, row.reason)),
		facts([["Policy", row.policy ?? "none"], ["Statement", row.statement ?? "none"], ["Sid", row.sid ?? "none"]]));
}

async function simulate(fields, place, signal) {
	if (missing(fields)) return;
	const given = Object.entries(fields).map(([name, field]) => [name, field.value.trim()]).filter(([, text]) => text);
	try {
		const { Rows: [row] } = await callConsole("SimulatePolicy", Object.fromEntries(given), { signal });
		replace(place, answer(row));
	} catch (error) {
		if (error.name !== "AbortError") replace(place, errorView(error));
	}
}

export const simulatorScreen = {
	route: "/simulator",
	title: () => "Policy simulator",
	nav: { label: "Policy simulator", icon: "check", section: "Access" },
	async render(root, params, { signal }) {
		const [{ Rows: [caller] }, { rows: roles }] = await Promise.all([callConsole("GetCaller", {}, { signal }), allRows("ListRoles", {}, { signal, most: 1000 })]);
		const fields = form({ role: caller.role, ...params }, caller.region, caller.account_id);
		withChoices(fields.RoleName, roles.map((row) => row.role));
		const place = h("div", { "aria-live": "polite" }, emptyState({ title: "Ask about a request", text: "Nothing is run: the answer is what the policies of the role, of the session and of the resource say." }));
		const run = button("Simulate", () => simulate(fields, place, signal), { kind: "primary" });
		const submit = (event) => { event.preventDefault(); run.click(); };
		root.append(screenHead({ title: "Policy simulator", crumbs: [["Policies", "#/policies"]] }),
			h("form", { class: "box", novalidate: true, onsubmit: submit }, h("div", { class: "columns" }, Object.values(fields).map((field) => field.element)), h("div", { class: "toolbar" }, run), h("input", { type: "submit", hidden: true })), place);
	},
};
