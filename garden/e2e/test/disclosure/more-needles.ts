import type { Needle } from "../needle/needle.js";

/** A needle, also with every byte escaped as in URLs, JSON and HTML. */
export function escaped({ name, forms }: Needle): Needle {
  const [bytes] = forms as readonly [Buffer];
  const each = (form: (byte: number) => string) => Buffer.from([...bytes].map(form).join(""));
  const hex = (byte: number) => byte.toString(16).padStart(2, "0");
  return {
    name,
    forms: [
      ...forms,
      each((byte) => `%${hex(byte)}`),
      each((byte) => `%${hex(byte).toUpperCase()}`),
      each((byte) => `\\u00${hex(byte)}`),
      each((byte) => `\\x${hex(byte)}`),
      each((byte) => `&#${byte};`),
    ],
  };
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Moments from one to another, to the second and finer, as programs write them down. */
export function timeNeedles(from: number, to: number): Needle[] {
  const needles: Needle[] = [];
  for (let second = Math.floor(from / 1000) - 1; second <= Math.ceil(to / 1000); second++) {
    const [seconds, milliseconds] = [Buffer.alloc(8), Buffer.alloc(8)];
    seconds.writeBigUInt64BE(BigInt(second));
    milliseconds.writeBigUInt64BE(BigInt(second) * 1000n);
    const little = Buffer.from(seconds).reverse();
    // Of milliseconds what is the same for a whole minute.
    const minute = milliseconds.subarray(0, 6);
    needles.push({
      name: `second ${second}`,
      forms: [
        // Milliseconds and microseconds begin with the same digits.
        Buffer.from(String(second)),
        ...[seconds, little, minute].flatMap((bytes) => [bytes, Buffer.from(bytes.toString("hex"))]),
        // CBOR's.
        Buffer.from(`1a${seconds.toString("hex", 4)}`),
        Buffer.concat([Buffer.of(0x1a), seconds.subarray(4)]),
        Buffer.from(ulidTime(second * 1000).slice(0, 7)),
        Buffer.from(
          ulidTime(second * 1000)
            .slice(0, 7)
            .toLowerCase(),
        ),
      ],
    });
  }
  return needles;
}

/** The ten characters that a ULID begins with; seven of them are the same for half a minute. */
function ulidTime(milliseconds: number): string {
  let [text, rest] = ["", milliseconds];
  for (let digit = 0; digit < 10; digit++) {
    text = (crockford[rest % 32] as string) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
