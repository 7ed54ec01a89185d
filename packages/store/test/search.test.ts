import { utf8 } from "@redoubt/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openStore, type SqlDriver, type Store } from "../src/index.js";
import { openDriver } from "./open-home.js";
import { conversationRow, idOf, messageRow } from "./samples.js";

const [here, there] = [idOf(1), idOf(2)] as const;

interface Home {
  readonly store: Store;
  readonly driver: SqlDriver;
  /** Stores a message under an id, and indexes it. */
  readonly say: (n: number, text: string, conversation?: Uint8Array) => void;
  /** What a query finds, by the messages' numbers. */
  readonly find: (text: string, conversation?: Uint8Array) => number[];
}

function home(): Home {
  const driver = openDriver();
  const store = openStore(driver);
  for (const id of [here, there]) store.conversations.insert(conversationRow({ id }));
  return {
    store,
    driver,
    say(n, text, conversation = here) {
      store.transaction(() => {
        store.messages.insert(messageRow({ id: idOf(n), conversation, seq: n, state: "received" }));
        store.search.index(idOf(n), text);
      });
    },
    find(text, conversation) {
      return store.search.find(text, { conversation, limit: 50 }).map(({ seq }) => seq as number);
    },
  };
}

function checkIndex(driver: SqlDriver): void {
  driver.exec("INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 0)");
}

/** Whether the pages of the index hold a word, found or not. Its first letter may be shared with the word before. */
function holds(driver: SqlDriver, word: string): boolean {
  const sql = "SELECT count(*) AS n FROM search_index_data WHERE instr(block, ?) > 0";
  return driver.get(sql, [utf8(word.slice(1))])?.["n"] !== 0;
}

describe("search", () => {
  it("finds words whatever their case and accents, beginnings of words, and several in any order; newest first", () => {
    const { say, find } = home();
    say(11, "Crème brûlée im Café");
    say(12, "the creme of the crop");
    say(13, "Ein Ärgernis");
    say(14, "e\u0301tude");
    expect(find("creme")).toEqual([12, 11]);
    expect(find("CRÈME")).toEqual([12, 11]);
    expect(find("cr")).toEqual([12, 11]);
    expect(find("crop the")).toEqual([12]);
    expect(find("arger")).toEqual([13]);
    expect(find("étude")).toEqual([14]);
    expect(find("reme")).toEqual([]);
    expect(find("creme ärger")).toEqual([]);
  });

  it("finds words of CJK scripts, also of one and two characters, and in the middle", () => {
    const { say, find } = home();
    say(11, "明日北京で会いましょう");
    say(12, "我爱北京天安门");
    say(13, "京北");
    say(14, "서울에서 만나요");
    say(15, "カタカナ and latin");
    expect(find("北京")).toEqual([12, 11]);
    expect(find("京")).toEqual([13, 12, 11]);
    expect(find("天安门")).toEqual([12]);
    expect(find("서울")).toEqual([14]);
    expect(find("ｶﾀｶﾅ latin")).toEqual([15]);
    expect(find("安北")).toEqual([]);
  });

  it("keeps to one conversation, and shows nothing of a blocked one", () => {
    const { store, say, find } = home();
    say(11, "apple");
    say(12, "apple", there);
    expect(find("apple", here)).toEqual([11]);
    expect(find("apple", there)).toEqual([12]);
    expect(find("apple", idOf(9))).toEqual([]);
    // The word by which the index knows a conversation is none that could be typed.
    expect(find("c1")).toEqual([]);
    store.conversations.setState(there, "blocked");
    expect(find("apple")).toEqual([11]);
  });

  it("finds an edited message by its new text alone", () => {
    const { store, driver, say, find } = home();
    say(11, "before");
    store.search.index(idOf(11), "after");
    expect(find("before")).toEqual([]);
    expect(find("after")).toEqual([11]);
    store.search.index(idOf(11), " ");
    expect(find("after")).toEqual([]);
    checkIndex(driver);
  });

  it("knows nothing more of what was erased, deleted or went with its conversation; and after a purge, no word of it", () => {
    const { store, driver, say, find } = home();
    say(11, "secretword one");
    say(12, "secretword two");
    say(13, "hiddenword", there);
    expect(holds(driver, "secretword")).toBe(true);
    store.messages.erase(idOf(11), "deleted");
    store.messages.delete(idOf(12));
    store.conversations.delete(there);
    expect(find("secretword")).toEqual([]);
    expect(find("hiddenword")).toEqual([]);
    checkIndex(driver);
    expect(holds(driver, "secretword")).toBe(true);
    store.search.purge();
    expect(holds(driver, "secretword")).toBe(false);
    expect(holds(driver, "hiddenword")).toBe(false);
    checkIndex(driver);
  });

  it("takes any text for words, and never for a query: nothing that is typed is an error", () => {
    const { say, find } = home();
    say(11, 'a "quoted" OR body:x* NEAR(word) -minus ^caret {brace} + c2');
    for (const text of ['"quoted"', "OR", "body:x*", "NEAR(word)", "-minus", "^caret", "{brace}", "+ quoted"]) {
      expect(find(text)).toEqual([11]);
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (text) => {
        expect(Array.isArray(find(text))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("agrees with a plain search, whatever is said, edited and erased", { timeout: 60_000 }, () => {
    const words = fc.constantFrom("alpha", "Älpha", "beta", "bet", "北", "京", "x1");
    const texts = fc.array(words, { maxLength: 4 }).map((list) => list.join(" "));
    const steps = fc.array(
      fc.record({ n: fc.integer({ min: 11, max: 16 }), what: fc.constantFrom("say", "edit", "erase"), text: texts }),
      { maxLength: 15 },
    );
    const bare = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
    fc.assert(
      fc.property(steps, (script) => {
        const { store, driver, say, find } = home();
        const said = new Map<number, string>();
        for (const { n, what, text } of script) {
          if (what === "say" && store.messages.get(idOf(n)) === undefined) say(n, text);
          else if (what === "edit" && said.has(n)) store.search.index(idOf(n), text);
          else if (what === "erase" && said.has(n)) store.messages.erase(idOf(n), "expired");
          else continue;
          if (what === "erase") said.delete(n);
          else said.set(n, text);
        }
        for (const word of ["alpha", "be", "京", "北"]) {
          const expected = [...said].filter(([, text]) =>
            bare(text)
              .split(" ")
              .some((other) => other.startsWith(word)),
          );
          expect(find(word).toSorted()).toEqual(expected.map(([n]) => n).toSorted());
        }
        checkIndex(driver);
      }),
      { numRuns: 40 },
    );
  });
});
