import type { CborValue } from "@redoubt/base";
import { hashingOf } from "@redoubt/conversation";
import { createNodeProvider } from "@redoubt/crypto/node";
import { closeCodes, commonCodes, domains, isAnonymousOp, type Op, ops, relayErrors } from "@redoubt/wire";
import type { Target } from "../campaign.js";
import type { Chance } from "../chance.js";
import { encodeLoosely } from "../encode-loosely.js";
import { mutateBytes } from "../mutate-bytes.js";
import { mutateValue } from "../mutate-value.js";
import { newAccount } from "../new-account.js";
import { RawSocket, type Reply, signed } from "../raw-socket.js";
import { sampleOf } from "../sample-of.js";
import { startOpenRelay } from "../test-relay.js";

const names = Object.keys(ops) as Op[];
const anonymousNames = names.filter(isAnonymousOp);
const namedNames = names.filter((name) => !isAnonymousOp(name));
const known = new Set<number>(Object.values(closeCodes));
/** WebSocket's own: the frame was too long (1009) or none (1002, 1006, 1007). */
const ofTheProtocol = new Set([1002, 1006, 1007, 1009]);

/**
 * Requests of every operation on both of a relay's sockets: as they should be, with something wrong in their values, in
 * their bytes, in their place, before a device has signed in and after.
 */
export async function relayFrames(): Promise<Target> {
  const open = await startOpenRelay();
  const { url } = open.relay;
  const account = newAccount(hashingOf(await createNodeProvider()), "frank");
  const anonymous = { path: "/v1/anonymous", socket: await RawSocket.open(url, "/v1/anonymous") };
  const named = { path: "/v1/named", socket: await RawSocket.open(url, "/v1/named") };
  const stranger = { path: "/v1/named", socket: await RawSocket.open(url, "/v1/named") };
  let nextId = 1;
  const id = () => {
    nextId += 3;
    return nextId;
  };
  await anonymous.socket.request(id(), "register", [account.genesis, new Uint8Array(8), null]);

  const ready = async (place: typeof named) => {
    if (!place.socket.isClosed) return place.socket;
    place.socket = await RawSocket.open(url, place.path);
    if (place !== named) return place.socket;
    const { nonce } = place.socket;
    const params = [account.accountId, account.publicKey, account.sign(signed(domains.auth, nonce, account.accountId))];
    const reply = await place.socket.request(id(), "auth", params);
    if (reply.kind !== "result") throw new Error(`an honest device cannot sign in: ${JSON.stringify(reply)}`);
    return place.socket;
  };

  return {
    name: "relay-frames",
    async attempt(chance) {
      const place = chance.pick([anonymous, named, stranger]);
      const socket = await ready(place);
      const op = opFor(chance, place === anonymous ? anonymousNames : namedNames);
      const requestId = id();
      const params = op === "no-such-operation" ? [] : sampleOf(chance, ops[op as Op].params);
      let request: CborValue = [requestId, op, chance.once(2) ? mutateValue(chance, params) : params];
      const isWhole = !chance.once(6);
      if (!isWhole) request = mutateValue(chance, request);
      const isFrame = !chance.once(5);
      const frame = isFrame ? encodeLoosely(request) : mutateBytes(chance, encodeLoosely(request), []);
      const reply = await socket.provoke(requestId, frame);
      if (reply !== undefined) return judge(isWhole && isFrame ? op : undefined, reply);
      if (isWhole && isFrame) throw new Error(`${op} was not answered`);
      return "ignored";
    },
    async honest() {
      const socket = await RawSocket.open(url, "/v1/anonymous");
      const reply = await socket.request(id(), "lookup", ["frank"]);
      if (reply.kind !== "result") throw new Error(`an honest lookup fails: ${JSON.stringify(reply)}`);
      await socket.close();
      await ready(named);
      const count = await named.socket.request(id(), "count-key-packages", []);
      if (count.kind !== "result") throw new Error(`an honest device is refused: ${JSON.stringify(count)}`);
      const faults = open.lines.filter((line) => line.includes("failed"));
      if (faults.length > 0) throw new Error(`the relay failed: ${faults[0]}`);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([anonymous, named, stranger].map(({ socket }) => socket.close()));
      await open[Symbol.asyncDispose]();
    },
  };
}

/** Mostly one of the socket's own. */
function opFor(chance: Chance, own: readonly Op[]): string {
  if (chance.once(50)) return "no-such-operation";
  return chance.pick(chance.once(10) ? names : own);
}

/** @param op what was asked, where that is certain */
function judge(op: string | undefined, reply: Reply): string {
  if (reply.kind === "closed") {
    if (!known.has(reply.code) && !ofTheProtocol.has(reply.code)) throw new Error(`closed with ${reply.code}`);
    return `closed ${reply.code}`;
  }
  if (reply.kind === "result") return "result";
  const { code } = reply;
  if (!Object.hasOwn(relayErrors, code)) throw new Error(`refused with ${code}, which is in no catalogue`);
  if (code === "internal") throw new Error(`${op} failed within the relay`);
  const codes: readonly string[] = [...commonCodes, ...(op !== undefined && op in ops ? ops[op as Op].codes : [])];
  if (op !== undefined && !codes.includes(code))
    throw new Error(`${op} was refused with ${code}: not one of its codes`);
  return code;
}
