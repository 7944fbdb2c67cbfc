import { bytes, failures, type Observations } from "./observe";

const LABELS = ["utf8", "UTF-8", "latin1", "ascii", "windows-1252", "utf-16le", "utf-16be", "utf-16", "shift_jis", "euc-jp", "iso-2022-jp", "gbk", "gb18030", "big5", "euc-kr", "koi8-r", "iso-8859-2", "iso-8859-15", "windows-1251", "x-user-defined", "macintosh", "ibm866", "replacement", "unknown", ""];

export const encoding: Observations = {
  "encode": () => new TextEncoder().encode("aé€😀"),
  "encode lone surrogates": () => new TextEncoder().encode("a\ud800b"),
  "encode nothing": () => [new TextEncoder().encode(), new TextEncoder().encode(undefined), new TextEncoder().encode(null as any)],
  "encodeInto": () => {
    const into = new Uint8Array(4);
    return [new TextEncoder().encodeInto("é€", into), into];
  },
  "encodeInto no array": () => new TextEncoder().encodeInto("x", new Uint16Array(2) as any),
  "encoder encoding": () => [new TextEncoder().encoding, String(new TextEncoder()), Object.keys(new TextEncoder())],
  "decode": () => new TextDecoder().decode(bytes(0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80)),
  "decode invalid": () => new TextDecoder().decode(bytes(0xc3, 0x28, 0xe2, 0x82, 0xff, 0x61)),
  "decode fatal": () => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xff)),
  "decode cut short, fatal": () => new TextDecoder("utf-8", { fatal: true }).decode(bytes(0xe2, 0x82)),
  "decode mark": () => [new TextDecoder().decode(bytes(0xef, 0xbb, 0xbf, 0x61)), new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes(0xef, 0xbb, 0xbf, 0x61)).length],
  "decode in pieces": () => {
    const decoder = new TextDecoder();
    return [decoder.decode(bytes(0xe2, 0x82), { stream: true }), decoder.decode(bytes(0xac), { stream: true }), decoder.decode(bytes(0xe2), { stream: true }), decoder.decode()];
  },
  "decode of odd inputs": () => failures(() => new TextDecoder().decode("x" as any), () => new TextDecoder().decode({} as any), () => new TextDecoder().decode(null as any), () => new TextDecoder().decode(undefined), () => new TextDecoder().decode(new DataView(bytes(97).buffer))),
  "decoder properties": () => {
    const decoder = new TextDecoder("latin1", { fatal: true, ignoreBOM: true });
    return [decoder.encoding, decoder.fatal, decoder.ignoreBOM, String(decoder)];
  },
  "labels": () => failures(...LABELS.map((label) => () => new TextDecoder(label).encoding)),
  "windows-1252": () => new TextDecoder("windows-1252").decode(bytes(0x80, 0x81, 0xe9)),
  "utf-16": () => [new TextDecoder("utf-16le").decode(bytes(0x61, 0, 0x3d, 0xd8, 0, 0xde)), new TextDecoder("utf-16be").decode(bytes(0, 0x61))],
  "shift_jis": () => new TextDecoder("shift_jis").decode(bytes(0x93, 0xfa, 0x96, 0x7b)),
  "gbk and big5": () => [new TextDecoder("gbk").decode(bytes(0xc4, 0xe3)), new TextDecoder("big5").decode(bytes(0xa7, 0x41))],
  "atob": () => [atob("aGk="), atob(" aG k "), atob("aGk"), atob("")],
  "atob wrong": () => failures(() => atob("a"), () => atob("ab=c"), () => atob("%"), () => atob("é"), () => (atob as any)()),
  "atob wrong is a": () => {
    try {
      atob("%");
    } catch (error: any) {
      return [error.constructor.name, error.code, error instanceof Error];
    }
  },
  "btoa": () => [btoa("hi"), btoa("\xff"), btoa(""), btoa(null as any), btoa(12 as any)],
  "btoa wrong": () => failures(() => btoa("€"), () => (btoa as any)()),
  "uint8array base64": () => [typeof (Uint8Array as any).fromBase64, typeof (bytes(1) as any).toHex],
};
