// A zip of one file, stored as it is: what an upload of a function's code needs, without a package for it.
import { crc32 } from "node:zlib";

/** @param {Buffer} data */
export function zipOf(name, data, mode) {
  const path = Buffer.from(name);
  // From "version needed" to "extra field length", which both headers have alike (APPNOTE 4.3.7 and 4.3.12).
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(0x21, 8); // 1980-01-01, the first day that there is
  common.writeUInt32LE(crc32(data), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(data.length, 18);
  common.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, path, data]);
  const made = Buffer.from([20, 3]); // by Unix: the mode counts
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((0o100000 | mode) << 16) >>> 0, 6);
  const central = Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), made, common, rest, path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06", "latin1"), end]);
}
