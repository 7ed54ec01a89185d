/** A value that cannot be cloned and stays where it is: the other side calls it through its number. */
export interface Port {
  readonly isPort: true;
  readonly port: number;
  readonly kind: "object" | "function" | "abort";
  /** What of an object can be cloned; of a signal, whether it is aborted. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly methods: readonly string[];
}

export function isPort(value: unknown): value is Port {
  return typeof value === "object" && value !== null && "isPort" in value && value.isPort === true;
}

/** Whether an object crosses as it is, and is not looked into. */
export function isCloned(value: object): boolean {
  return value instanceof Blob || ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof Date;
}
