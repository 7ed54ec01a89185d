/**
 * The root of values that hold secrets: neither JSON nor a console shows what is in them. What is spread into a plain
 * object is no longer protected.
 */
export class Concealed {
  toJSON(): string {
    return "[concealed]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[concealed]";
  }
}

/** A copy of the value's fields that is concealed. */
export function conceal<T extends object>(value: T): T {
  return Object.assign(new Concealed(), value) as T;
}
