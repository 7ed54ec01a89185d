/** Milliseconds in which a browser surely has begun to read what it saves. */
const grace = 60_000;

/** Hands a file to the browser's downloads: as bytes of no type, so that nothing in it can run here. */
export function saveToDisk(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob.slice(0, blob.size, "application/octet-stream"));
  const link = document.createElement("a");
  link.href = url;
  link.download = safeFileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), grace);
}

/** A name without what means something to file systems. */
export function safeFileName(name: string): string {
  const plain = name.replace(/[\\/:*?"<>|]|\p{Cc}/gu, "_").replace(/^\.+/, "_");
  return plain.trim() === "" ? "file" : plain.slice(0, 200);
}
