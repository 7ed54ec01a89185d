import fc from "fast-check";

/** How a commit is made. */
export interface CommitStyle {
  readonly framing: "public" | "private";
  readonly path: "always" | "when-required";
  /** Whether to take up the proposals that were received. */
  readonly references: boolean;
  readonly leaf: "as-it-is" | "new-signature-key" | "new-credential";
  /** Whether the welcome carries the tree; else newcomers get it apart. */
  readonly treeInWelcome: boolean;
}

/**
 * One thing that happens to a group, as plain data. Members are named by any natural number, which is taken modulo
 * how many there are, so that every list of operations can be run and shrunk.
 */
export type Operation =
  | { readonly kind: "commit"; readonly by: number; readonly style: CommitStyle }
  | { readonly kind: "add"; readonly by: number; readonly count: number; readonly style: CommitStyle }
  | { readonly kind: "remove"; readonly by: number; readonly victims: readonly number[]; readonly style: CommitStyle }
  | { readonly kind: "set-extensions"; readonly by: number; readonly value: number; readonly style: CommitStyle }
  | { readonly kind: "use-psk"; readonly by: number; readonly psk: number; readonly style: CommitStyle }
  | { readonly kind: "propose"; readonly by: number; readonly what: Proposable; readonly framing: "public" | "private" }
  | { readonly kind: "join-externally"; readonly from: number; readonly psk: boolean; readonly treeInInfo: boolean }
  | { readonly kind: "resync"; readonly who: number; readonly from: number }
  | { readonly kind: "rivals"; readonly first: number; readonly second: number; readonly style: CommitStyle }
  | { readonly kind: "send"; readonly by: number; readonly count: number; readonly late: boolean }
  | { readonly kind: "deliver-late"; readonly order: number }
  | { readonly kind: "restart"; readonly who: number }
  | { readonly kind: "tamper"; readonly by: number; readonly at: number };

/** What a proposal by reference may ask for. */
export type Proposable =
  | { readonly kind: "update"; readonly leaf: CommitStyle["leaf"] }
  | { readonly kind: "remove"; readonly victim: number }
  | { readonly kind: "self-remove" }
  | { readonly kind: "add"; readonly bySelf: boolean }
  | { readonly kind: "psk"; readonly psk: number };

const someone = fc.nat({ max: 31 });
const framing = fc.constantFrom("private", "public");

const style: fc.Arbitrary<CommitStyle> = fc.record({
  framing,
  path: fc.constantFrom("when-required", "always"),
  references: fc.constantFrom(true, true, false),
  leaf: fc.constantFrom("as-it-is", "as-it-is", "new-signature-key", "new-credential"),
  treeInWelcome: fc.boolean(),
});

const proposable: fc.Arbitrary<Proposable> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("update"), leaf: style.map(({ leaf }) => leaf) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove"), victim: someone }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("self-remove") }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("add"), bySelf: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("psk"), psk: fc.nat({ max: 2 }) }) },
);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("commit"), by: someone, style }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("add"), by: someone, count: fc.integer({ min: 1, max: 5 }), style }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("remove"),
      by: someone,
      victims: fc.array(someone, { minLength: 1, maxLength: 8 }),
      style,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("set-extensions"), by: someone, value: fc.nat({ max: 3 }), style }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("use-psk"), by: someone, psk: fc.nat({ max: 2 }), style }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("propose"), by: someone, what: proposable, framing }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("join-externally"),
      from: someone,
      psk: fc.boolean(),
      treeInInfo: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("resync"), who: someone, from: someone }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rivals"), first: someone, second: someone, style }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("send"),
      by: someone,
      count: fc.integer({ min: 1, max: 4 }),
      late: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("deliver-late"), order: fc.nat({ max: 1000 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("restart"), who: someone }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tamper"), by: someone, at: fc.nat() }) },
);

/** A group's life: how many it begins with, and what happens to it. */
export interface Life {
  readonly seed: number;
  readonly members: number;
  readonly operations: readonly Operation[];
}

/** Lives of groups of at most `maxMembers`. */
export function lives(maxMembers: number, maxOperations: number): fc.Arbitrary<Life> {
  return fc.record({
    seed: fc.nat(),
    members: fc.oneof(fc.integer({ min: 1, max: Math.min(5, maxMembers) }), fc.integer({ min: 1, max: maxMembers })),
    operations: fc.array(operation, { minLength: 1, maxLength: maxOperations, size: "max" }),
  });
}
