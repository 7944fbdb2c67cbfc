import { MAX, NIL, parse, stringify, v1, v1ToV6, v3, v4, v5, v6, v7, validate, version } from "uuid";

const WHEN = { msecs: 1_321_644_961_388, nsecs: 5678, clockseq: 0x385c, node: Uint8Array.of(0x61, 0xcd, 0x3c, 0xbb, 0x32, 0x10) };
const RANDOM = Uint8Array.from({ length: 16 }, (_, index) => index * 7);

export function uuid() {
  const made = Array.from({ length: 200 }, () => v7());
  return {
    v1: v1(WHEN),
    v3: v3("example.com", v3.DNS),
    v4: v4({ random: RANDOM }),
    v5: v5("example.com", v5.URL),
    v6: [v6(WHEN), v1ToV6(v1(WHEN))],
    v7: v7({ msecs: 1_321_644_961_388, random: RANDOM, seq: 5 }),
    random: [validate(v4()), version(v4()), v4() !== v4()],
    sorted: made.every((id, index) => index === 0 || id > (made[index - 1] as string)),
    bytes: [...parse(v5("a", v5.DNS))],
    round: stringify(parse(MAX)) === MAX && validate(NIL),
    invalid: [validate("no"), version("6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b")],
  };
}
