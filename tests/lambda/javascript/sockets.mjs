// Talks through a WebSocket API of `lambda_javascript.rs`, and from behind it by the vendor's client of `@connections`.
import assert from "node:assert/strict";
import { once } from "node:events";

import { ApiGatewayManagementApiClient, DeleteConnectionCommand, GetConnectionCommand, PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import WebSocket from "ws";

const socket = new WebSocket(process.env.SOCKET_URL);
const next = async () => (await once(socket, "message"))[0].toString();
await once(socket, "open");
socket.send(JSON.stringify({ action: "who" }));
const { id, api, stage, route } = JSON.parse(await next());
assert.equal(route, "who");
socket.send("no JSON");
assert.equal(JSON.parse(await next()).route, "$default");

const client = new ApiGatewayManagementApiClient({ endpoint: `${process.env.AWS_ENDPOINT_URL}/_aws/execute-api/${api}/${stage}` });
const arrived = next();
await client.send(new PostToConnectionCommand({ ConnectionId: id, Data: "from behind" }));
assert.equal(await arrived, "from behind");
const told = await client.send(new GetConnectionCommand({ ConnectionId: id }));
assert.deepEqual([told.Identity.SourceIp, told.ConnectedAt instanceof Date], ["127.0.0.1", true]);

const closed = once(socket, "close");
await client.send(new DeleteConnectionCommand({ ConnectionId: id }));
await closed;
await assert.rejects(client.send(new PostToConnectionCommand({ ConnectionId: id, Data: "x" })), { name: "GoneException" });
