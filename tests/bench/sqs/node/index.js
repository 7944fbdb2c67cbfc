// Says at once that it was entered, by a datagram to the port that each message names.
const { createSocket } = require("node:dgram");
const socket = createSocket("udp4");

exports.handler = async ({ Records }) => {
  for (const { body } of Records) await new Promise((done) => socket.send("entered", Number(body), "127.0.0.1", done));
};
