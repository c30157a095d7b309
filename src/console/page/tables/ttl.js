// Time to live: items are deleted once the time has passed that an attribute tells.
import { call } from "../frame/api.js";
import { h } from "../frame/dom.js";
import { refresh } from "../frame/router.js";
import { button } from "../parts/button.js";
import { textField } from "../parts/field.js";
import { facts, section, statusBadge } from "../parts/state.js";
import { toast } from "../parts/toast.js";

async function set(table, AttributeName, Enabled) {
	await call("UpdateTimeToLive", { TableName: table.TableName, TimeToLiveSpecification: { AttributeName, Enabled } });
	toast(`Time to live is being turned ${Enabled ? "on" : "off"}.`);
	refresh();
}

export async function ttlTab(place, table, { signal }) {
	const { TimeToLiveDescription: now } = await call("DescribeTimeToLive", { TableName: table.TableName }, { signal });
	if (now.TimeToLiveStatus !== "DISABLED") {
		place.append(section("Time to live", { actions: now.TimeToLiveStatus === "ENABLED" && button("Turn off", () => set(table, now.AttributeName, false), { kind: "danger" }) },
			facts([["Status", statusBadge(now.TimeToLiveStatus)], ["Attribute", now.AttributeName]])));
		return;
	}
	const name = textField("Attribute", { hint: "A number: seconds since 1970. Items without it stay." });
	place.append(section("Time to live", { note: "off" }, h("p", null, "Items are deleted some time after the moment that one of their attributes tells."), name.element,
		h("div", null, button("Turn on", () => (name.value.trim() ? set(table, name.value.trim(), true) : name.error("An attribute is needed.")), { kind: "primary" }))));
}
