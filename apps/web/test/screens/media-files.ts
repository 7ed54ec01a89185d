import type { Browser } from "playwright-core";

const picture = `<!doctype html><style>
  body { margin: 0; height: 600px; overflow: hidden; background: linear-gradient(#27406e, #b4637a 55%, #f3b562 78%, #2c2a3a 78%) }
  .sun { position: absolute; left: 560px; top: 370px; width: 120px; height: 120px; border-radius: 50%; background: #ffe7b0; box-shadow: 0 0 90px 40px #ffcf7c88 }
  .hill { position: absolute; bottom: -220px; width: 900px; height: 420px; border-radius: 50%; background: #1d2333 }
</style><div class="sun"></div><div class="hill" style="left:-200px"></div><div class="hill" style="left:320px;background:#262c40"></div>`;

/** A photo, as a PNG of 900 by 600 pixels. */
export async function landscape(browser: Browser): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 900, height: 600 } });
  await page.setContent(picture);
  const png = await page.screenshot();
  await page.close();
  return png;
}

const rate = 8_000;
const seconds = 7;

/** Something like speech, as a WAV file: 7 seconds, 8 kHz, 8 bits. */
export function voiceNote(): Buffer {
  const samples = Buffer.alloc(rate * seconds);
  for (let i = 0; i < samples.length; i++) {
    const at = i / rate;
    const loudness = Math.abs(Math.sin(at * 2.1) * Math.sin(at * 7.3)) ** 0.7;
    samples[i] = 128 + Math.round(100 * loudness * Math.sin(2 * Math.PI * 180 * at));
  }
  const header = Buffer.alloc(44);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}
