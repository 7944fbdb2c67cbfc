//! Texts on their way between JavaScript and Rust. V8 shows its characters where they lie. The layer over QuickJS takes each text through
//! UTF-16 and back, some of it character by character, which for a body of 100 KB is most of what a request costs: there the engine itself
//! is asked, and ops of the web's APIs that take or give texts are replaced by others.

use deno_core::v8;

pub(crate) use by_engine::with_text;
#[cfg(not(feature = "v8"))]
pub(crate) use replaced::replace;

#[cfg(feature = "v8")]
mod by_engine {
    use super::v8;

    /// Shows `read` the text of a string, with U+FFFD for lone surrogates. None: it is no string.
    pub(crate) fn with_text<R>(
        scope: &mut v8::PinScope<'_, '_>,
        value: v8::Local<'_, v8::Value>,
        read: impl FnOnce(&str) -> R,
    ) -> Option<R> {
        let string = v8::Local::<v8::String>::try_from(value).ok()?;
        let view = v8::ValueView::new(scope, string);
        if let v8::ValueViewData::OneByte(bytes) = view.data()
            && bytes.is_ascii()
        {
            // SAFETY: ASCII is UTF-8.
            return Some(read(unsafe { std::str::from_utf8_unchecked(bytes) }));
        }
        drop(view);
        Some(read(&string.to_rust_string_lossy(scope)))
    }
}

#[cfg(not(feature = "v8"))]
mod by_engine {
    use std::borrow::Cow;
    use std::ffi::{c_char, c_void};

    use super::v8;

    /// `JSValue` of quickjs.h on machines whose pointers have 64 bits. Where the layer over the engine has a handle, it points at one.
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct JsValue {
        payload: u64,
        tag: i64,
    }

    /// `JS_TAG_STRING` and `JS_TAG_STRING_ROPE` of quickjs.h.
    const STRINGS: [i64; 2] = [-7, -6];
    /// What the layer marks a context with (`JS_TAG_V8_CONTEXT`); its payload points at the engine's own.
    const CONTEXT: i64 = 0x7632;

    unsafe extern "C" {
        /// The bytes of a string: where they lie if they are ASCII, else a copy.
        fn JS_ToCStringLen2(context: *mut c_void, length: *mut usize, value: JsValue, as_cesu8: bool) -> *const c_char;
        fn JS_FreeCString(context: *mut c_void, bytes: *const c_char);
    }

    /// Shows `read` the text of a string, with U+FFFD for lone surrogates. None: it is no string, or there is no memory for a copy of it.
    pub(crate) fn with_text<R>(
        scope: &mut v8::PinScope<'_, '_>,
        value: v8::Local<'_, v8::Value>,
        read: impl FnOnce(&str) -> R,
    ) -> Option<R> {
        let context = js_value(&scope.get_current_context());
        let string = js_value(&value);
        if !STRINGS.contains(&string.tag) || context.tag != CONTEXT {
            return if value.is_string() { Some(read(&value.to_rust_string_lossy(scope))) } else { None };
        }
        let context = context.payload as *mut c_void;
        let mut length = 0;
        // SAFETY: the context is the one that runs, the value is a string of it that its handle keeps.
        let bytes = unsafe { JS_ToCStringLen2(context, &raw mut length, string, false) };
        if bytes.is_null() {
            return None;
        }
        // SAFETY: the engine says how many bytes there are; they stay until they are given back below, and it moves nothing meanwhile.
        let result = read(&without_surrogates(unsafe { std::slice::from_raw_parts(bytes.cast(), length) }));
        // SAFETY: given back once, to where they came from.
        unsafe { JS_FreeCString(context, bytes) };
        Some(result)
    }

    fn js_value<T>(handle: &v8::Local<'_, T>) -> JsValue {
        // SAFETY: a handle of this engine points at a `JSValue`, and is alive as long as its scope is.
        unsafe { *std::ptr::from_ref::<T>(&**handle).cast::<JsValue>() }
    }

    /// The engine writes lone surrogates as if they were characters, in three bytes, as many as U+FFFD has.
    fn without_surrogates(bytes: &[u8]) -> Cow<'_, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.into(),
            Err(_) => {
                let mut bytes = bytes.to_vec();
                for at in 0..bytes.len().saturating_sub(2) {
                    if bytes[at] == 0xed && bytes[at + 1] >= 0xa0 {
                        bytes[at..at + 3].copy_from_slice("\u{fffd}".as_bytes());
                    }
                }
                String::from_utf8_lossy(&bytes).into_owned().into()
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::without_surrogates;

        #[test]
        fn each_lone_surrogate_is_one_replacement() {
            assert_eq!(without_surrogates("plain, é, 😀, \u{d7ff}".as_bytes()), "plain, é, 😀, \u{d7ff}");
            assert_eq!(without_surrogates(b"a\xed\xa0\x80\xed\xbf\xbfb\xed\x9f\xbf\xed\xa0\x80"), "a\u{fffd}\u{fffd}b\u{d7ff}\u{fffd}");
        }
    }
}

#[cfg(not(feature = "v8"))]
mod replaced {
    use deno_core::{OpDecl, op2};
    use deno_error::JsErrorBox;

    use super::{v8, with_text};

    /// The op that does the same without the detour, where there is one: for `TextEncoder`, `TextDecoder`, and bodies made from texts.
    pub(crate) fn replace(op: OpDecl) -> OpDecl {
        let by = match op.name {
            "op_encode" => op_text_encode(),
            "op_decode" => op_text_decode(),
            "op_encoding_decode_utf8" => op_text_decode_utf8(),
            "op_encoding_decode_utf8_ascii_only" => op_text_decode_ascii(),
            "op_encoding_encode_into" => op_text_encode_into(),
            _ => return op,
        };
        op.with_implementation_from(&by)
    }

    #[op2]
    #[buffer]
    fn op_text_encode(scope: &mut v8::PinScope<'_, '_>, text: v8::Local<'_, v8::Value>) -> Result<Vec<u8>, JsErrorBox> {
        with_text(scope, text, |text| text.as_bytes().to_vec()).ok_or_else(|| JsErrorBox::type_error("Invalid argument"))
    }

    #[op2]
    fn op_text_decode<'a>(scope: &mut v8::PinScope<'a, '_>, #[buffer] bytes: &[u8]) -> Result<v8::Local<'a, v8::String>, JsErrorBox> {
        string(scope, without_mark(bytes)).ok_or_else(|| JsErrorBox::range_error("string too long"))
    }

    #[op2]
    fn op_text_decode_utf8<'a>(
        scope: &mut v8::PinScope<'a, '_>,
        #[anybuffer] bytes: &[u8],
        keep_mark: bool,
    ) -> Result<v8::Local<'a, v8::String>, JsErrorBox> {
        let bytes = if keep_mark { bytes } else { without_mark(bytes) };
        string(scope, bytes).ok_or_else(|| JsErrorBox::type_error("buffer exceeds maximum length"))
    }

    #[op2]
    fn op_text_decode_ascii<'a>(scope: &mut v8::PinScope<'a, '_>, #[anybuffer] bytes: &[u8]) -> Option<v8::Local<'a, v8::String>> {
        if bytes.is_ascii() { string(scope, bytes) } else { None }
    }

    fn without_mark(bytes: &[u8]) -> &[u8] {
        bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
    }

    fn string<'a>(scope: &mut v8::PinScope<'a, '_>, bytes: &[u8]) -> Option<v8::Local<'a, v8::String>> {
        v8::String::new_from_utf8(scope, bytes, v8::NewStringType::Normal)
    }

    /// What the result of [`op_text_encode_into`] carries of UTF-16 above the count of bytes; more of them are left to another op.
    const UNITS: usize = (1 << 21) - 1;
    const BYTES: f64 = 4_294_967_296.0;

    #[op2(fast)]
    fn op_text_encode_into(
        scope: &mut v8::PinScope<'_, '_>,
        text: v8::Local<'_, v8::Value>,
        #[buffer] buffer: &mut [u8],
    ) -> Result<f64, JsErrorBox> {
        with_text(scope, text, |text| {
            let part = &text[..text.floor_char_boundary(buffer.len())];
            let units = if part.is_ascii() { part.len() } else { part.encode_utf16().count() };
            if units > UNITS {
                return -1.0;
            }
            buffer[..part.len()].copy_from_slice(part.as_bytes());
            #[expect(clippy::cast_precision_loss, reason = "both are below 2^32")]
            let packed = units as f64 * BYTES + part.len() as f64;
            packed
        })
        .ok_or_else(|| JsErrorBox::type_error("Invalid argument"))
    }
}
