// Signs requests as AWS's SDKs do: Signature Version 4, over every header that a server looks at.
import crypto from "node:crypto";

const region = "us-east-1", service = "dynamodb";
const signedHeaders = "content-type;host;x-amz-date;x-amz-target";

const hash = (text) => crypto.createHash("sha256").update(text).digest("hex");
const hmac = (key, text, encoding) => crypto.createHmac("sha256", key).update(text).digest(encoding);

// The headers of a request to `endpoint`; they are good for a quarter of an hour.
export function signedHeadersOf({ id, secret }, endpoint, operation, body) {
	const time = new Date().toISOString().replace(/[-:]|\.\d+/g, ""), day = time.slice(0, 8);
	const headers = {
		"Content-Type": "application/x-amz-json-1.0", Host: new URL(endpoint).host,
		"X-Amz-Date": time, "X-Amz-Target": `DynamoDB_20120810.${operation}`,
	};
	const canonical = Object.entries(headers).map(([name, value]) => `${name.toLowerCase()}:${value}\n`).join("");
	const request = ["POST", "/", "", canonical, signedHeaders, hash(body)].join("\n");
	const scope = [day, region, service, "aws4_request"];
	const key = scope.reduce((made, part) => hmac(made, part), `AWS4${secret}`);
	const signature = hmac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), hash(request)].join("\n"), "hex");

	return { ...headers, Authorization: `AWS4-HMAC-SHA256 Credential=${id}/${scope.join("/")}, SignedHeaders=${signedHeaders}, Signature=${signature}` };
}
