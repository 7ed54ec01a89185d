import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnnotationContent, Showable } from "../../src/content/classify.js";
import { type Annotation, annotate, type Rendered, render } from "../../src/content/render.js";

const id = (n: number) => new Uint8Array(32).fill(n);
const [alice, bob, carol] = [id(101), id(102), id(103)] as const;
const text = (value: string): Showable => {
  return { texts: [{ format: "plain", text: value }], isUnsupported: false, expires: undefined };
};
const original = { id: id(1), sender: alice, content: text("first") };
const by = (sender: Uint8Array, n: number, content: AnnotationContent): Annotation => ({ id: id(n), sender, content });
const edit = (n: number, to: string, target = id(1), sender: Uint8Array = alice) => {
  return by(sender, n, { kind: "edit", target, ...text(to) });
};
const react = (n: number, emoji: string, sender: Uint8Array = bob, replaces?: Uint8Array, target = id(1)) => {
  return by(sender, n, { kind: "reaction", target, emojis: [emoji], replaces });
};
const remove = (n: number, target = id(1), sender: Uint8Array = alice) => by(sender, n, { kind: "deletion", target });
const withdraw = (n: number, target: Uint8Array, sender: Uint8Array = bob) => {
  return by(sender, n, { kind: "withdrawal", target });
};

const isModerator = (account: Uint8Array) => account === carol;
const shown = ({ content, isEdited, isDeleted, reactions }: Rendered) => ({
  text: content.texts[0]?.text,
  isEdited,
  isDeleted,
  reactions: reactions.map(({ emoji, account }) => `${emoji}${account[0]}`),
});
const after = (...annotations: readonly Annotation[]) => shown(render(original, annotations, isModerator));
const plain = { text: "first", isEdited: false, isDeleted: false, reactions: [] };

describe("edits", () => {
  it("of the sender's account show the last one, whether they name the message or an edit of it", () => {
    expect(after(edit(2, "second"), edit(3, "third"))).toEqual({ ...plain, text: "third", isEdited: true });
    expect(after(edit(2, "second"), edit(3, "third", id(2)))).toEqual({ ...plain, text: "third", isEdited: true });
  });

  it("of anybody else have no effect, moderators included", () => {
    expect(after(edit(2, "forged", id(1), bob))).toEqual(plain);
    expect(after(edit(2, "forged", id(1), carol))).toEqual(plain);
  });

  it("of a reaction, of what is not there, and of a forged edit have no effect", () => {
    expect(after(react(2, "x", alice), edit(3, "odd", id(2)))).toEqual({ ...plain, reactions: ["x101"] });
    expect(after(edit(2, "odd", id(9)))).toEqual(plain);
    expect(after(edit(2, "forged", id(1), bob), edit(3, "odd", id(2)))).toEqual(plain);
  });
});

describe("deletions", () => {
  const deleted = { ...plain, isDeleted: true };

  it("by the sender's account or a moderator take everything; nothing brings it back", () => {
    expect(after(react(2, "x"), remove(3))).toEqual(deleted);
    expect(after(remove(2, id(1), carol))).toEqual(deleted);
    expect(after(remove(2), edit(3, "again"), react(4, "x"))).toEqual(deleted);
  });

  it("may name an edit", () => {
    expect(after(edit(2, "second"), remove(3, id(2)))).toMatchObject({ isDeleted: true });
  });

  it("by anybody else, or of something else, have no effect", () => {
    expect(after(remove(2, id(1), bob))).toEqual(plain);
    expect(after(remove(2, id(9)))).toEqual(plain);
    expect(after(remove(2, id(2)))).toEqual(plain);
  });
});

describe("reactions", () => {
  it("count once for each account and emoji, and may be several", () => {
    expect(after(react(2, "x"), react(3, "x"), react(4, "y"), react(5, "x", carol)).reactions).toEqual([
      "x102",
      "y102",
      "x103",
    ]);
  });

  it("stand for an earlier one of the same account that they name, and of no other", () => {
    expect(after(react(2, "x"), react(3, "y", bob, id(2))).reactions).toEqual(["y102"]);
    expect(after(react(2, "x"), react(3, "y", carol, id(2))).reactions).toEqual(["x102", "y103"]);
  });

  it("are taken back by whoever sent them, by a withdrawal or a deletion, and by nobody else", () => {
    expect(after(react(2, "x"), withdraw(3, id(2))).reactions).toEqual([]);
    expect(after(react(2, "x"), remove(3, id(2), bob)).reactions).toEqual([]);
    expect(after(react(2, "x"), withdraw(3, id(2), alice)).reactions).toEqual(["x102"]);
    expect(after(react(2, "x"), remove(3, id(2), carol)).reactions).toEqual(["x102"]);
    expect(after(withdraw(2, id(1), alice))).toEqual(plain);
  });

  it("to a version stay when it is edited; to a reaction or to what is not there there are none", () => {
    expect(after(edit(2, "second"), react(3, "x", bob, undefined, id(2))).reactions).toEqual(["x102"]);
    expect(after(react(2, "x"), edit(3, "second")).reactions).toEqual(["x102"]);
    expect(after(react(2, "x"), react(3, "y", carol, undefined, id(2))).reactions).toEqual(["x102"]);
  });

  it("of one account are bounded", () => {
    const many = Array.from({ length: 50 }, (_, i) => react(2 + i, `e${i}`));
    expect(after(...many).reactions).toHaveLength(8);
  });
});

describe("whatever is said about a message", () => {
  const ids = fc.integer({ min: 1, max: 12 }).map(id);
  const senders = fc.constantFrom(alice, bob, carol);
  const contents: fc.Arbitrary<AnnotationContent> = fc.oneof(
    fc
      .record({ kind: fc.constant("edit" as const), target: ids, texts: fc.constant([]), isUnsupported: fc.boolean() })
      .map((content) => ({ ...content, expires: undefined })),
    fc.record({ kind: fc.constantFrom("deletion" as const, "withdrawal" as const), target: ids }),
    fc.record({
      kind: fc.constant("reaction" as const),
      target: ids,
      emojis: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }),
      replaces: fc.option(ids, { nil: undefined }),
    }),
  );
  const scripts = fc
    .array(fc.tuple(senders, contents), { maxLength: 11 })
    .map((said) => said.map(([sender, content], i) => by(sender, i + 2, content)));

  it("depends on what had an effect alone, wherever one looks in between", () => {
    fc.assert(
      fc.property(scripts, (annotations) => {
        let rendered = render(original, []);
        const effective: Annotation[] = [];
        for (const annotation of annotations) {
          const next = annotate(rendered, annotation, isModerator);
          if (next !== rendered) effective.push(annotation);
          rendered = next;
        }
        // What was admitted once is admitted again by whoever takes the store's word for it.
        expect(shown(render(original, effective, () => true))).toEqual(shown(rendered));
        expect(shown(render(original, annotations, isModerator))).toEqual(shown(rendered));
      }),
      { numRuns: 2_000 },
    );
  });

  it("nobody but the sender changes its text, and nobody but the sender and moderators deletes it", () => {
    fc.assert(
      fc.property(scripts, (annotations) => {
        const foreign = annotations.filter(({ sender }) => sender === bob);
        expect(shown(render(original, foreign, isModerator))).toMatchObject({ ...plain, reactions: expect.any(Array) });
        const moderated = annotations.filter(({ sender }) => sender !== alice);
        expect(render(original, moderated, isModerator).isEdited).toBe(false);
      }),
    );
  });

  it("a reaction is its account's: no other can take it away or give it", () => {
    fc.assert(
      fc.property(scripts, (annotations) => {
        const withoutDeletion = annotations.filter(({ content }) => content.kind !== "deletion");
        const own = (list: readonly Annotation[]) => {
          return shown(render(original, list)).reactions.filter((reaction) => reaction.endsWith("102"));
        };
        const edits = withoutDeletion.filter(({ content, sender }) => sender === bob || content.kind === "edit");
        expect(own(withoutDeletion)).toEqual(own(edits));
      }),
    );
  });
});
