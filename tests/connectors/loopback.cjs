// Loaded before a server that nobody here wrote: it listens on loopback only, tells the time that it is told, and
// ends when whoever started it does. Nothing else about it is changed.
const fs = require("node:fs");
const net = require("node:net");

const RealDate = Date;
const clock = process.env.TESTS_CLOCK;
const now = () => Number(fs.readFileSync(clock, "utf8"));
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }
  static now() {
    return now();
  }
};

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port) {
  return listen.call(this, port, "127.0.0.1");
};

process.stdin.resume();
process.stdin.on("end", () => process.exit());
