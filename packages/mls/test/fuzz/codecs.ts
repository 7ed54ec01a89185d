import { decode, type Reader } from "../../src/codec/reader.js";
import { encode, type Writer } from "../../src/codec/writer.js";
import {
  decodeMessage,
  decodeRatchetTree,
  type Extensions,
  encodeMessage,
  encodeRatchetTree,
  extensionType,
  externalSendersExtension,
  requiredCapabilities,
  requiredCapabilitiesExtension,
} from "../../src/index.js";
import { readCapabilities, writeCapabilities } from "../../src/structs/capabilities.js";
import { readCommit, readUpdatePath, writeCommit, writeUpdatePath } from "../../src/structs/commit.js";
import { readCredential, writeCredential } from "../../src/structs/credential.js";
import {
  externalPub,
  externalPubExtension,
  externalSenders,
  readExtensions,
  writeExtensions,
} from "../../src/structs/extension.js";
import { readAuthenticatedContent, writeAuthenticatedContent } from "../../src/structs/framing.js";
import { decodeGroupContext, encodeGroupContext } from "../../src/structs/group-context.js";
import { readGroupInfo, writeGroupInfo } from "../../src/structs/group-info.js";
import { readKeyPackage, writeKeyPackage } from "../../src/structs/key-package.js";
import { decodeLeafNode, encodeLeafNode } from "../../src/structs/leaf-node.js";
import { readProposal, writeProposal } from "../../src/structs/proposal.js";
import { readPreSharedKeyId, writePreSharedKeyId } from "../../src/structs/psk-id.js";
import { decodeGroupSecrets, encodeGroupSecrets } from "../../src/structs/welcome.js";

/** Decodes bytes and encodes what came out. */
export type Recode = (bytes: Uint8Array) => Uint8Array;

function recode<T>(read: (reader: Reader) => T, write: (writer: Writer, value: T) => void): Recode {
  return (bytes) => encode(decode(bytes, read), write);
}

const extension = (type: number, data: Uint8Array): Extensions => [{ type, data }];

/** Every decoder of messages and of what is in them. */
export const codecs = {
  message: (bytes) => encodeMessage(decodeMessage(bytes)),
  ratchetTree: (bytes) => encodeRatchetTree(decodeRatchetTree(bytes)),
  groupSecrets: (bytes) => encodeGroupSecrets(decodeGroupSecrets(bytes)),
  groupContext: (bytes) => encodeGroupContext(decodeGroupContext(bytes)),
  leafNode: (bytes) => encodeLeafNode(decodeLeafNode(bytes)),
  keyPackage: recode(readKeyPackage, writeKeyPackage),
  groupInfo: recode(readGroupInfo, writeGroupInfo),
  commit: recode(readCommit, writeCommit),
  updatePath: recode(readUpdatePath, writeUpdatePath),
  proposal: recode(readProposal, writeProposal),
  authenticatedContent: recode(readAuthenticatedContent, writeAuthenticatedContent),
  preSharedKeyId: recode(readPreSharedKeyId, writePreSharedKeyId),
  credential: recode(readCredential, writeCredential),
  capabilities: recode(readCapabilities, writeCapabilities),
  extensions: recode(readExtensions, writeExtensions),
  requiredCapabilities: (bytes) =>
    requiredCapabilitiesExtension(requiredCapabilities(extension(extensionType.requiredCapabilities, bytes))!).data,
  externalSenders: (bytes) =>
    externalSendersExtension(externalSenders(extension(extensionType.externalSenders, bytes))).data,
  externalPub: (bytes) => externalPubExtension(externalPub(extension(extensionType.externalPub, bytes))!).data,
} satisfies Record<string, Recode>;

export type CodecName = keyof typeof codecs;
