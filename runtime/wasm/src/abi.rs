//! The structures that cross the boundary, laid out as `v8x` declares them.
//!
//! Ownership: a [`RawVec`] that this crate fills owns its data only where the function says so; `v8x` hands such vectors
//! back to `wasm_byte_vec_delete` or `wasm_frame_vec_delete`, and all others are views.

use std::ffi::c_void;
use std::ptr;

pub(crate) const KIND_I32: u8 = 0;
pub(crate) const KIND_I64: u8 = 1;
pub(crate) const KIND_F32: u8 = 2;
pub(crate) const KIND_F64: u8 = 3;
pub(crate) const KIND_V128: u8 = 4;
pub(crate) const KIND_EXTERNREF: u8 = 128;
pub(crate) const KIND_FUNCREF: u8 = 129;
/// A type without a counterpart in JavaScript; `v8x` converts such values to `undefined`.
pub(crate) const KIND_OPAQUE: u8 = 130;

pub(crate) const EXTERN_FUNC: u8 = 0;
pub(crate) const EXTERN_GLOBAL: u8 = 1;
pub(crate) const EXTERN_TABLE: u8 = 2;
pub(crate) const EXTERN_MEMORY: u8 = 3;
pub(crate) const EXTERN_TAG: u8 = 4;

/// `wasm_vec_t` of WAMR: the two fields of the standard and three more.
#[repr(C)]
pub(crate) struct RawVec {
    pub(crate) size: usize,
    pub(crate) data: *mut c_void,
    pub(crate) num_elems: usize,
    pub(crate) size_of_elem: usize,
    pub(crate) lock: *mut c_void,
}

impl RawVec {
    /// A view of `items`; the caller keeps them alive as long as the view.
    pub(crate) fn view<T>(items: &[T]) -> Self {
        Self::from_parts(items.as_ptr().cast_mut(), items.len())
    }

    /// As [`RawVec::view`], for a receiver that writes into `items`.
    pub(crate) fn view_mut<T>(items: &mut [T]) -> Self {
        Self::from_parts(items.as_mut_ptr(), items.len())
    }

    /// A vector that owns `items` until [`RawVec::take_boxed`].
    pub(crate) fn from_boxed<T>(items: Box<[T]>) -> Self {
        let len = items.len();
        Self::from_parts(Box::into_raw(items).cast::<T>(), len)
    }

    fn from_parts<T>(data: *mut T, len: usize) -> Self {
        Self { size: len, data: data.cast(), num_elems: len, size_of_elem: size_of::<T>(), lock: ptr::null_mut() }
    }

    /// The elements.
    ///
    /// # Safety
    ///
    /// `data` is null or points to `size` initialized values of type `T` that live and stay unchanged for `'a`.
    pub(crate) unsafe fn as_slice<'a, T>(&self) -> &'a [T] {
        if self.data.is_null() || self.size == 0 {
            return &[];
        }
        // SAFETY: the caller's promise.
        unsafe { std::slice::from_raw_parts(self.data.cast::<T>(), self.size) }
    }

    /// Takes back what [`RawVec::from_boxed`] gave away and leaves the vector empty.
    ///
    /// # Safety
    ///
    /// The vector came from `from_boxed::<T>` or is empty.
    pub(crate) unsafe fn take_boxed<T>(&mut self) -> Box<[T]> {
        let (data, size) = (self.data.cast::<T>(), self.size);
        *self = Self::from_parts(ptr::null_mut::<T>(), 0);
        if data.is_null() {
            return Box::default();
        }
        // SAFETY: `data` and `size` are those of the box that `from_boxed` took apart (the caller's promise).
        unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(data, size)) }
    }
}

/// `wasm_val_t`: numbers in their bits, references as pointers to a [`crate::reference::Reference`], null as 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawVal {
    pub(crate) kind: u8,
    pub(crate) pad: [u8; 7],
    pub(crate) of: u64,
}

impl RawVal {
    pub(crate) const fn new(kind: u8, of: u64) -> Self {
        Self { kind, pad: [0; 7], of }
    }
}

/// Fills `out` with a copy of `size` bytes at `data` (zeroes where `data` is null), owned by the vector.
///
/// # Safety
///
/// `out` is valid for writing; `data` is null or points to `size` readable bytes.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_byte_vec_new(out: *mut RawVec, size: usize, data: *const u8) {
    let bytes: Box<[u8]> = if data.is_null() {
        vec![0; size].into()
    } else {
        // SAFETY: `data` points to `size` bytes (the caller's promise).
        unsafe { std::slice::from_raw_parts(data, size) }.into()
    };
    // SAFETY: `out` is valid for writing (the caller's promise).
    unsafe { out.write(RawVec::from_boxed(bytes)) };
}

/// Frees a byte vector that this crate filled.
///
/// # Safety
///
/// `vec` is valid and was filled by [`wasm_byte_vec_new`] or [`crate::trap::wasm_trap_message`], or is empty.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn wasm_byte_vec_delete(vec: *mut RawVec) {
    // SAFETY: the caller's promise.
    drop(unsafe { (*vec).take_boxed::<u8>() });
}

/// The interpreter's log level: nothing here logs.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn wasm_runtime_set_log_level(_level: i32) {}
