/** What TypeScript makes of the types: compiled, not run. */
import { GreenroomError, greenroom, type Event, type Room } from "@greenroom/test";

const room: Room = await greenroom({ dirs: ["shop", "auth"], freeze: new Date("2027-01-01") });
const event: Event = await room.expectEvent({ kind: "cron.tick", calls: [{ service: /kv|d1/ }] }, { timeoutMs: 100 });
const text: string | null = await room.kv("CACHE").get("key");
const json: { a: number } | null = await room.kv("CACHE").get<{ a: number }>("key", "json");
const bytes: Uint8Array | null = await room.app("shop").kv("CACHE").get("key", "bytes");
const rows: { n: number }[] = await room.d1("DB").query<{ n: number }>("SELECT ? AS n", 1);
const labels: string[] = (await room.clock.advance("1h", { maxCount: 10 })).ran.map((ran) => ran.label);
await room.faults.add({ service: "kv", action: "throttle", first: 2 });
await room.outbound.reply({ host: "api.example", methods: ["POST"] }, { json: { ok: true } });
const sent: string = await room.queue("orders").send({ id: 1 }, { attributes: { kind: "new" }, groupId: "a", delaySeconds: 5 });
const { visible }: { visible: number } = await room.queue("orders").counts();
const [message] = await room.queue("orders").peek(1);
const moved: number = await room.queue("orders-dead").redrive({ to: "orders", rate: 10 });
const changed: boolean = await room.app("shop").reload();
const causes: (string | undefined)[] = (await room.events.trace(event.trace)).map((event) => event.cause);
const differences: number = (await room.events.replay(new URL("fixture.json", import.meta.url))).differences.length;
if (event instanceof GreenroomError) throw event;
console.log(text, json?.a, bytes?.length, rows[0]?.n, labels, differences);
console.log(sent, visible, message?.receiveCount, moved, changed, causes, (await room.queues("shop"))[0]?.deadLetter);

// @ts-expect-error there is no such action
await room.faults.add({ action: "explode" });
