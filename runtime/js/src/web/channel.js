// What both ends of the channel must agree on. The numbers are the channel's own; the guest hands them over before anything else runs.
export const channel = {
  /** Bytes of one body that may be on the way without having been taken. */
  window: 0,
  /** Set in the id of a stream that belongs to a call. */
  callStream: 0,
};
