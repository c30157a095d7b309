// Requests to the service: AWS JSON 1.0 on the page's own host.
import { session } from "./session.js";

const DYNAMODB = "DynamoDB_20120810";
const STREAMS = "DynamoDBStreams_20120810";
const CONSOLE = "DynamoConsole_20261127";
const streamOperations = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);

// What the service answers in place of a response. `name` is the exception's, "Unreachable" where there was
// no answer at all; `members` are its further ones, such as Item or CancellationReasons.
export class ApiError extends Error {
	constructor(name, message, { status, requestId, members } = {}) {
		super(message);
		Object.assign(this, { name, status, requestId, members: members ?? {} });
	}
}

const reachability = new EventTarget();

// Calls with true or false whenever the service has been reached, or has not.
export function onReach(run) {
	reachability.addEventListener("reach", (event) => run(event.detail));
}

function reached(yes) {
	reachability.dispatchEvent(new CustomEvent("reach", { detail: yes }));
}

// How much the service's clock is ahead of this one, in milliseconds.
let clockOffset = 0;

function setClock(response) {
	const date = Date.parse(response.headers.get("date") ?? "");
	if (!Number.isNaN(date)) clockOffset = date - Date.now();
}

async function fetchOrFail(options) {
	try {
		const response = await fetch("/", options);
		reached(true);
		return response;
	} catch (error) {
		if (options.signal?.aborted) throw error;
		reached(false);
		throw new ApiError("Unreachable", "The server does not answer.");
	}
}

function errorOf(response, text) {
	const requestId = response.headers.get("x-amzn-requestid");
	let answer = {};
	try {
		answer = JSON.parse(text);
	} catch {
		answer = {};
	}
	const { __type = `Http${response.status}`, message, Message, ...members } = answer;
	return new ApiError(__type.split("#").pop(), message ?? Message ?? "", { status: response.status, requestId, members });
}

async function send(target, input, { signal, unsigned } = {}) {
	const body = JSON.stringify(input ?? {});
	const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": target };
	if (session.signer && !unsigned) await session.signer.sign(headers, body, Date.now() + clockOffset);
	const response = await fetchOrFail({ method: "POST", headers, body, signal, cache: "no-store", credentials: "omit", redirect: "error" });
	const text = await response.text();
	if (response.ok) return text ? JSON.parse(text) : {};
	throw Object.assign(errorOf(response, text), { response });
}

// The time of a signature that is off by more than minutes is refused: the service's own is known then.
const isOfClock = (error) => error.name === "InvalidSignatureException" && /expired|not yet current/i.test(error.message);

async function request(target, input, options) {
	try {
		return await send(target, input, options);
	} catch (error) {
		if (!isOfClock(error)) throw error;
		setClock(error.response);
		return send(target, input, options);
	}
}

// An operation of DynamoDB, or of its streams. Options: signal; unsigned, to send it without a signature.
export function call(operation, input, options) {
	return request(`${streamOperations.has(operation) ? STREAMS : DYNAMODB}.${operation}`, input, options);
}

// An operation of the console's own.
export function callConsole(operation, input, options) {
	return request(`${CONSOLE}.${operation}`, input, options);
}

// The elements of a list that comes in pages: pages("ListTables", {}, "TableNames", ["LastEvaluatedTableName",
// "ExclusiveStartTableName"]). Yields a list a page.
export async function* pages(operation, input, listName, [last, next], options) {
	let token;
	do {
		const page = await call(operation, { ...input, [next]: token }, options);
		yield page[listName] ?? [];
		token = page[last];
	} while (token !== undefined);
}

// The region that the service says it is, and whether it serves; null where it does not answer.
export async function health() {
	try {
		const response = await fetch("/", { cache: "no-store", credentials: "omit" });
		const text = await response.text();
		reached(true);
		return { serves: response.ok, region: /dynamodb\.([a-z0-9-]+)\./.exec(text)?.[1] };
	} catch {
		reached(false);
		return null;
	}
}
