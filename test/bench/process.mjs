// Programs that the measurements run, and those that serve while they do.
import { spawn } from "node:child_process";
import net from "node:net";

const serving = new Set();
process.on("exit", () => { for (const child of serving) child.kill(); });
for (const signal of ["SIGINT", "SIGTERM"])
	process.on(signal, () => process.exit(1));

// What it prints.
export function run(command, args) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], cwd: process.env.BENCH_WORK });
		let printed = "", complaints = "";

		child.stdout.on("data", (data) => { printed += data; });
		child.stderr.on("data", (data) => { complaints += data; });
		child.on("error", reject);
		child.on("close", (status) => {
			if (status === 0) resolve(printed);
			else reject(new Error(`${command} failed: ${complaints}${printed}`));
		});
	});
}

// The last command's answer.
export async function psql(...commands) {
	return psqlAt(process.env.PGPORT, ...commands);
}

export async function psqlAt(port, ...commands) {
	return (await run("psql", ["-XAtq", "-p", port, "-v", "ON_ERROR_STOP=1", ...commands.flatMap((each) => ["-c", each])])).trim();
}

export function freePort() {
	return new Promise((resolve) => {
		const probe = net.createServer().listen(0, "127.0.0.1", () => {
			const { port } = probe.address();
			probe.close(() => resolve(port));
		});
	});
}

// Starts a program that ends with this one, or by stop().
export function serve(command, args) {
	const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });

	serving.add(child);
	child.on("exit", () => serving.delete(child));
	return child;
}

export function stop(child) {
	return new Promise((resolve) => {
		child.on("exit", resolve);
		child.kill();
	});
}

export async function waitForPort(port) {
	for (let tries = 0; tries < 100; tries++) {
		const open = await new Promise((resolve) => {
			const socket = net.connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
			socket.on("error", () => resolve(false));
		});
		if (open)
			return;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	throw new Error(`nothing serves port ${port}`);
}
