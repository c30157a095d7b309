// A request as one would write it elsewhere: for the AWS CLI, SDKs, and SQL.
import { session } from "../frame/session.js";
import { codeView } from "./code.js";

const snake = (name) => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
const dashed = (name) => snake(name).replaceAll("_", "-");

const streamOperations = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);

// How a language writes values: [word for true, false, null], and what makes bytes of a base64 text.
const JAVASCRIPT = { words: { true: "true", false: "false", null: "null" }, name: (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)), bytes: (text) => `Buffer.from(${JSON.stringify(text)}, "base64")` };
const PYTHON = { words: { true: "True", false: "False", null: "None" }, name: JSON.stringify, bytes: (text) => `base64.b64decode(${JSON.stringify(text)})` };

function literal(language, value, indent, name) {
	if (name === "B" && typeof value === "string") return language.bytes(value);
	if (name === "BS" && Array.isArray(value)) return `[${value.map(language.bytes).join(", ")}]`;
	if (typeof value === "string") return JSON.stringify(value);
	if (value === null || typeof value === "boolean") return language.words[String(value)];
	if (typeof value !== "object") return String(value);
	const parts = Array.isArray(value) ? value.map((each) => literal(language, each, `${indent}  `)) : Object.entries(value).map(([key, each]) => `${language.name(key)}: ${literal(language, each, `${indent}  `, key)}`);
	const [open, close] = Array.isArray(value) ? "[]" : "{}";
	const flat = `${open}${Array.isArray(value) ? parts.join(", ") : ` ${parts.join(", ")} `}${close}`;
	if (parts.length === 0) return open + close;
	if (flat.length < 72 && !flat.includes("\n")) return flat;
	return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
}

function cli(operation, input) {
	const quoted = JSON.stringify(input, null, 2).replaceAll("'", "'\\''");
	return `aws ${streamOperations.has(operation) ? "dynamodbstreams" : "dynamodb"} ${dashed(operation)} \\\n  --endpoint-url ${location.origin} --region ${session.region} \\\n  --cli-input-json '${quoted}'`;
}

function javascript(operation, input) {
	const [name, client] = streamOperations.has(operation) ? ["client-dynamodb-streams", "DynamoDBStreamsClient"] : ["client-dynamodb", "DynamoDBClient"];
	return `import { ${client}, ${operation}Command } from "@aws-sdk/${name}";\n\nconst client = new ${client}({ endpoint: ${JSON.stringify(location.origin)}, region: ${JSON.stringify(session.region)} });\n`
		+ `const answer = await client.send(new ${operation}Command(${literal(JAVASCRIPT, input, "")}));\nconsole.log(answer);`;
}

function python(operation, input) {
	const text = literal(PYTHON, input, "");
	const service = streamOperations.has(operation) ? "dynamodbstreams" : "dynamodb";
	return `${text.includes("base64.b64decode") ? "import base64\n" : ""}import boto3\n\nclient = boto3.client(${JSON.stringify(service)}, endpoint_url=${JSON.stringify(location.origin)}, region_name=${JSON.stringify(session.region)})\nanswer = client.${snake(operation)}(**${text})\nprint(answer)`;
}

function sql(operation, input) {
	const text = JSON.stringify(input, null, 2).replaceAll("'", "''");
	return `SELECT jsonb_pretty(dynamo.${snake(operation)}('${text}'::jsonb));`;
}

// The view of a request. `input` may be a function, which is called when a language is shown.
export function requestCode(operation, input) {
	const given = () => (typeof input === "function" ? input() : input);
	return codeView({ CLI: () => cli(operation, given()), JavaScript: () => javascript(operation, given()), Python: () => python(operation, given()), SQL: () => sql(operation, given()) }, "The request in other languages");
}
