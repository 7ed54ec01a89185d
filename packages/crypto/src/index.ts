export {
  type BlobLayout,
  blobChunkLength,
  blobChunkLengthAt,
  blobLayout,
  blobTagLength,
  sealedChunkLength,
} from "./blob/blob-layout.js";
export { blobChunkContent, openBlobChunk, sealBlobChunk } from "./blob/blob-stream.js";
export { paddedLength } from "./blob/padded-length.js";
export { maxWholeBlob, openBlob, sealBlob } from "./blob/whole-blob.js";
export type { CipherSuite, Hpke, HpkeCiphertext } from "./cipher-suite.js";
export { createCipherSuite } from "./create-cipher-suite.js";
export { CryptoError, type CryptoErrorCode } from "./crypto-error.js";
export type {
  AeadAlgorithm,
  CryptoProvider,
  HashAlgorithm,
  KemAlgorithm,
  KemProvider,
  KeyPair,
  SignatureAlgorithm,
  SignatureProvider,
} from "./provider.js";
export { cipherSuiteIds, type SuiteParameters, suiteTable } from "./suite-table.js";
