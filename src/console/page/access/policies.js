// Policies of roles: documents, and which roles have them.
import { callConsole } from "../frame/api.js";
import { allRows } from "../frame/rows.js";
import { h, replace } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button, linkButton } from "../parts/button.js";
import { codeView } from "../parts/code.js";
import { confirmDialog, openDialog } from "../parts/dialog.js";
import { areaField, textField } from "../parts/field.js";
import { plural, time } from "../parts/format.js";
import { screenHead } from "../parts/head.js";
import { badge, emptyState, section } from "../parts/state.js";
import { toast } from "../parts/toast.js";

const example = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["dynamodb:GetItem", "dynamodb:Query"], Resource: "arn:aws:dynamodb:*:*:table/Music*" }] }, null, 2);

async function done(text, operation, input) {
	await callConsole(operation, input);
	toast(text);
	refresh();
}

// A new policy where there is none.
function edit(policy) {
	const name = textField("Name", { value: policy?.name ?? "", readOnly: policy !== undefined });
	const text = areaField("Document", { rows: 16, value: policy ? JSON.stringify(policy.document, null, 2) : example });
	openDialog({ title: policy ? `Policy ${policy.name}` : "New policy", size: "wide", body: [name.element, text.element], actions: [{ label: "Cancel" }, { label: "Save", kind: "primary", run: () => {
		name.error("");
		if (!name.value.trim()) {
			name.error("This is needed.");
			return false;
		}
		return done("Saved: it counts from the next request on.", "PutPolicy", { PolicyName: name.value.trim(), PolicyDocument: text.value });
	} }] });
}

function remove(policy) {
	return confirmDialog({ title: `Delete ${policy.name}?`, text: "A policy that is attached to a role cannot be deleted.", action: "Delete", typed: policy.name, run: () => done("Deleted.", "DeletePolicy", { PolicyName: policy.name }) });
}

function attach(policy) {
	const role = textField("Role");
	openDialog({ title: `Attach ${policy.name}`, body: [h("p", null, "From the next request on, what none of its policies allows is denied to the role."), role.element], actions: [{ label: "Cancel" }, { label: "Attach", kind: "primary", run: () => {
		if (!role.value.trim()) {
			role.error("This is needed.");
			return false;
		}
		return done("Attached.", "AttachRolePolicy", { RoleName: role.value.trim(), PolicyName: policy.name });
	} }] });
}

function detach(policy, role) {
	return confirmDialog({ title: `Detach ${policy.name} from ${role}?`, text: "A role without any policy is narrowed by none: its privileges alone decide.", action: "Detach", run: () => done("Detached.", "DetachRolePolicy", { RoleName: role, PolicyName: policy.name }) });
}

function roleList(policy, roles, may) {
	if (roles.length === 0) return h("p", { class: "faint" }, "Attached to no role that you may see.");
	return h("div", { class: "toolbar" }, "Attached to", roles.map((role) => h("span", { class: "row-actions" }, badge(role, "info"), may && button(`Detach from ${role}`, () => detach(policy, role), { kind: "plain", icon: "close", iconOnly: true }))));
}

function policyBox(policy, roles, may) {
	const actions = may && [button("Edit", () => edit(policy), { icon: "edit" }), button("Attach", () => attach(policy)), button("Delete", () => remove(policy), { kind: "danger" })];
	return section(policy.name, { note: `changed ${time(new Date(policy.changed))}`, actions }, roleList(policy, roles, may), codeView({ Document: () => JSON.stringify(policy.document, null, 2) }));
}

function boxes(policies, attached, may) {
	return policies.map((policy) => policyBox(policy, attached.filter((row) => row.policy === policy.name).map((row) => row.role), may));
}

export const policiesScreen = {
	route: "/policies",
	title: () => "Policies",
	nav: { label: "Policies", icon: "policy", section: "Access" },
	async render(root, params, { signal }) {
		const note = h("span", { class: "note", role: "status" });
		const body = h("div", { class: "stack" });
		const actions = h("span", { class: "row-actions" }, linkButton("Simulator", "#/simulator"));
		root.append(screenHead({ title: "Policies", note, actions }), body);
		const [{ Rows: [caller] }, { rows: policies }, { rows: attached }] = await Promise.all([callConsole("GetCaller", {}, { signal }), allRows("ListPolicies", {}, { signal, most: 1000 }), allRows("ListRolePolicies", {}, { signal })]);
		const may = caller.may_put_policies;
		note.textContent = plural(policies.length, "policy", "policies");
		if (may) actions.append(button("New policy", () => edit(), { kind: "primary", icon: "plus" }));
		replace(body, policies.length ? boxes(policies, attached, may) : emptyState({ title: "There are no policies that you may see", text: may ? "A policy narrows what a role may do by the API." : "Superusers, and roles with EXECUTE on dynamo.put_policy(), make policies." }));
	},
};
