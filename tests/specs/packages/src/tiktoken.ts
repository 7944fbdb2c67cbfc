import model from "tiktoken/encoders/r50k_base.json";
import { init, Tiktoken } from "tiktoken/lite/init";

// @ts-ignore -- a WebAssembly.Module, by the path that the package's documentation names for Workers
import wasm from "../node_modules/tiktoken/lite/tiktoken_bg.wasm";

const TEXT = "Hello, world! Grüße 👋 fn main() {}";

export async function tiktoken() {
  await init((imports) => WebAssembly.instantiate(wasm, imports));
  const encoder = new Tiktoken(model.bpe_ranks, model.special_tokens, model.pat_str);
  const tokens = encoder.encode(TEXT);
  const special = (() => {
    try {
      return [...encoder.encode("<|endoftext|>")];
    } catch (error) {
      return String(error);
    }
  })();
  const answer = {
    tokens: [...tokens],
    type: tokens.constructor.name,
    decoded: new TextDecoder().decode(encoder.decode(tokens)) === TEXT,
    single: new TextDecoder().decode(encoder.decode_single_token_bytes(tokens[0] ?? 0)),
    allowed: [...encoder.encode("<|endoftext|>", "all")],
    special,
  };
  encoder.free();
  return answer;
}
