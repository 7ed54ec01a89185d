import { isCloned, type Port } from "./port.js";

/** The ports of one call. They are taken back when it is answered and everything that can be closed is closed. */
interface Loan {
  readonly ports: number[];
  /** Objects that have a `close` and were not closed yet. */
  open: number;
  isAnswered: boolean;
}

interface Lent {
  readonly value: unknown;
  readonly loan: Loan;
}

/** What a tab has lent to its calls: files to read, places to write to, listeners, signals. */
export class LentPorts {
  readonly #lent = new Map<number, Lent>();
  readonly #abort: (port: number) => void;
  #count = 0;

  /** @param abort hears of a signal that was given */
  constructor(abort: (port: number) => void) {
    this.#abort = abort;
  }

  /**
   * Puts ports in the place of functions, abort signals and objects with methods, wherever in the values they stand.
   *
   * @returns the values to send, and what to call when the call is answered
   */
  lend(values: readonly unknown[]): { readonly values: readonly unknown[]; answered(): void } {
    const loan: Loan = { ports: [], open: 0, isAnswered: false };
    const lent = values.map((value) => this.#replace(value, loan));
    const answered = () => {
      loan.isAnswered = true;
      this.#takeBack(loan);
    };
    return { values: lent, answered };
  }

  /** Calls a lent function, or a lent object's method. */
  async call(port: number, method: string, values: readonly unknown[]): Promise<unknown> {
    const lent = this.#lent.get(port);
    if (lent === undefined) throw new TypeError("nothing is lent under this number");
    const { value, loan } = lent;
    if (typeof value === "function") return value(...values);
    const found = (value as Record<string, unknown>)[method];
    if (typeof found !== "function") throw new TypeError("what is lent has no such method");
    try {
      return await found.apply(value, values);
    } finally {
      if (method === "close") {
        loan.open -= 1;
        this.#takeBack(loan);
      }
    }
  }

  #takeBack({ ports, open, isAnswered }: Loan): void {
    if (!isAnswered || open > 0) return;
    for (const port of ports) this.#lent.delete(port);
  }

  #replace(value: unknown, loan: Loan): unknown {
    if (typeof value === "function") return this.#port(value, loan, "function", {}, []);
    if (typeof value !== "object" || value === null || isCloned(value)) return value;
    if (value instanceof AbortSignal) {
      const port = this.#port(value, loan, "abort", { aborted: value.aborted }, []);
      value.addEventListener("abort", () => this.#abort(port.port), { once: true });
      return port;
    }
    if (Array.isArray(value)) return value.map((item) => this.#replace(item, loan));
    const { fields, methods } = partsOf(value);
    if (methods.length > 0) {
      if (methods.includes("close")) loan.open += 1;
      return this.#port(value, loan, "object", fields, methods);
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#replace(item, loan)]));
  }

  #port(value: unknown, loan: Loan, kind: Port["kind"], fields: Port["fields"], methods: Port["methods"]): Port {
    this.#count += 1;
    this.#lent.set(this.#count, { value, loan });
    loan.ports.push(this.#count);
    return { isPort: true, port: this.#count, kind, fields, methods };
  }
}

/** An object's own and inherited methods, and what it has besides, getters included. */
function partsOf(value: object): { readonly fields: Record<string, unknown>; readonly methods: string[] } {
  const fields: Record<string, unknown> = {};
  const methods = new Set<string>();
  for (let at: object | null = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name === "constructor" || name in fields) continue;
      const field = (value as Record<string, unknown>)[name];
      if (typeof field === "function") methods.add(name);
      else fields[name] = field;
    }
  }
  // A plain object of data with a listener among it (options of a call) is looked into, and not called into.
  const isData = Object.getPrototypeOf(value) === Object.prototype && !methods.has("read") && !methods.has("write");
  return isData ? { fields, methods: [] } : { fields, methods: [...methods] };
}
