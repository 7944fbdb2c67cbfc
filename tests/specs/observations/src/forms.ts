import { bytes, failures, type Observations } from "./observe";

const multipart = (text: string) =>
  new Response(text.replaceAll("\n", "\r\n"), { headers: { "content-type": "multipart/form-data; boundary=B" } }).formData();

export const formData: Observations = {
  "entries": () => {
    const form = new FormData();
    form.append("a", "1");
    form.append("b", "2");
    form.append("a", "3");
    form.set("b", "9");
    return [[...form], form.get("a"), form.getAll("a"), form.get("z"), form.has("b"), [...form.keys()]];
  },
  "set replaces the first": () => {
    const form = new FormData();
    for (const [key, value] of [["a", "1"], ["b", "2"], ["a", "3"]]) form.append(key, value);
    form.set("a", "x");
    form.delete("none");
    return [...form];
  },
  "numbers become text": () => {
    const form = new FormData();
    form.append("a", 5 as any);
    form.append("b", null as any);
    return [...form];
  },
  "blob becomes a file": async () => {
    const form = new FormData();
    form.append("a", new Blob(["x"], { type: "t/u" }));
    form.append("b", new Blob(["y"]), "name.txt");
    form.append("c", new File(["z"], "z.bin"));
    form.append("d", new File(["z"], "z.bin"), "other.bin");
    const files = [...form].map(([, file]) => file as unknown as File);
    return [files.map((file) => [file.constructor.name, file.name, file.type, file.size]), await files[0].text()];
  },
  "file name without a blob": () => new FormData().append("a", "b", "c.txt" as any),
  "append without value": () => (new FormData() as any).append("a"),
  "with an argument": () => new (FormData as any)({}),
  "forEach": () => {
    const form = new FormData();
    form.append("a", "1");
    const seen: unknown[] = [];
    form.forEach((value, key, all) => seen.push([key, value, all === form]));
    return seen;
  },
  "encoded": async () => {
    const form = new FormData();
    form.append('na"me\n', "va\nlue");
    form.append("file", new File(["content"], 'f"ile.txt', { type: "text/plain" }));
    const response = new Response(form);
    const type = response.headers.get("content-type")!;
    const boundary = type.split("boundary=")[1];
    return [type.replace(boundary, "…"), (await response.text()).replaceAll(boundary.replaceAll('"', ""), "…")];
  },
  "parsed": async () =>
    [...(await multipart('--B\nContent-Disposition: form-data; name="a"\n\none\n--B\ncontent-disposition: form-data; name="f"; filename="x.txt"\nContent-Type: text/x\n\nfile\n--B--\n'))]
      .map(([key, value]: any) => [key, typeof value === "string" ? value : [value.constructor.name, value.name, value.type, value.size]]),
  "parsed file without type": async () => {
    const file = (await multipart('--B\nContent-Disposition: form-data; name="f"; filename="x"\n\nfile\n--B--\n')).get("f") as any;
    return [file.type, await file.text()];
  },
  "without the last boundary": () => multipart('--B\nContent-Disposition: form-data; name="a"\n\none\n'),
  "without a name": () => multipart("--B\nContent-Disposition: form-data\n\none\n--B--\n"),
  "without disposition": () => multipart("--B\nX: y\n\none\n--B--\n"),
  "no parts": async () => [...(await multipart("--B--\n"))],
  "round trip": async () => {
    const form = new FormData();
    form.append("ü", "ß€");
    form.append("b", new Blob([bytes(0, 255, 13, 10)]), "b.bin");
    const back = await new Response(form).formData();
    return [back.get("ü"), await (back.get("b") as any).arrayBuffer(), (back.get("b") as any).name];
  },
  "tag": () => [String(new FormData()), Object.keys(new FormData())],
};

export const blob: Observations = {
  "parts": () => new Blob(["a", bytes(98), new Blob(["c"]), bytes(100).buffer]).text(),
  "size and type": () => {
    const blob = new Blob(["é"], { type: "Text/PLAIN" });
    return [blob.size, blob.type, String(blob)];
  },
  "type with odd characters": () => new Blob([], { type: "a\u00e9/b" }).type,
  "numbers as parts": () => new Blob([1, null, {}] as any).text(),
  "not a list": () => new Blob("abc" as any),
  "no arguments": () => new Blob().size,
  "endings": () => failures(() => new Blob(["a\nb"], { endings: "native" } as any).size, () => new Blob([], { endings: "x" } as any)),
  "slice": async () => {
    const blob = new Blob(["abcdef"], { type: "a/b" });
    const texts = [];
    for (const [start, end] of [[1, 3], [-2, undefined], [2, -1], [4, 2], [0, 99]]) texts.push(await blob.slice(start, end).text());
    return [texts, blob.slice(0, 1).type, blob.slice(0, 1, "C/D").type];
  },
  "stream": async () => {
    const { value, done } = await new Blob(["ab"]).stream().getReader().read();
    return [value, done];
  },
  "bytes": () => (new Blob(["ab"]) as any).bytes(),
  "text with a byte order mark": () => new Blob(["\ufeffa"]).text(),
  "arrayBuffer": () => new Blob(["ab"]).arrayBuffer(),
  "file": () => {
    const file = new File(["x"], "na/me", { type: "t/u", lastModified: 5 });
    return [file.name, file.type, file.lastModified, file.size, String(file), file instanceof Blob];
  },
  "file without name": () => new (File as any)(["x"]),
  "file without arguments": () => new (File as any)(),
  "own keys": () => Object.keys(new Blob(["x"])),
};
