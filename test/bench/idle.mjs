#!/usr/bin/env node
// idle.mjs PORT COUNT: holds so many connections that have had one answer each; says "ready" when all have.
import net from "node:net";

const [port, count] = process.argv.slice(2).map(Number);
let opened = 0, ready = 0;

function open() {
	if (opened++ >= count)
		return;
	const socket = net.connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));

	socket.once("data", () => {
		if (++ready === count)
			console.log("ready");
		open();
	});
	socket.on("error", (error) => { console.error(`connection ${opened}: ${error.message}`); process.exit(1); });
	socket.on("close", () => { console.error("an idle connection was closed"); process.exit(1); });
}

setTimeout(() => {
	if (ready < count) {
		console.error(`${ready} of ${count} connections were answered; is the limit of open files too low?`);
		process.exit(1);
	}
}, 30000);
for (let i = 0; i < 16; i++)
	open();
