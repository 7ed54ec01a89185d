import { once } from "node:events";
import { connect, type Socket } from "node:net";

const stream =
  "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' " +
  "xmlns:stream='http://etherx.jabber.org/streams'>";
const messageEnd = "</message>";

/**
 * An XMPP client (RFC 6120) over plain TCP that does as little as it can: after signing in it counts messages by their
 * end tags and parses nothing.
 */
export class XmppSocket {
  /** Called for every message that arrives. */
  onMessage: () => void = () => undefined;
  readonly user: string;
  readonly #socket: Socket;
  #received = "";
  #wanted: { readonly text: string; readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket, user: string) {
    this.#socket = socket;
    this.user = user;
    socket.setEncoding("latin1");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", () => undefined);
    socket.on("close", () => this.#wanted?.reject(new Error("the server closed the connection")));
  }

  /** Connects and signs in (SASL PLAIN), as user@localhost/bench. */
  static async connect(port: number, user: string): Promise<XmppSocket> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    const client = new XmppSocket(socket, user);
    await client.#ask(stream, "</stream:features>");
    const password = Buffer.from(`\0${user}\0secret`).toString("base64");
    await client.#ask(
      `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${password}</auth>`,
      "<success",
    );
    await client.#ask(stream, "</stream:features>");
    const bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind>";
    await client.#ask(`<iq type='set' id='bind'>${bind}</iq>`, "</iq>");
    return client;
  }

  /** Enters a room, which is made if there is none; its subject is the last thing that a newcomer is told (XEP-0045 §7.2.15). */
  async join(room: string): Promise<void> {
    const muc = "<x xmlns='http://jabber.org/protocol/muc'/>";
    await this.#ask(`<presence to='${room}@conference.localhost/${this.user}'>${muc}</presence>`, "<subject");
    this.#received = "";
  }

  /** Sends a text that needs no escaping to a person's connection. */
  sendTo(user: string, text: string): void {
    this.#socket.write(`<message to='${user}@localhost/bench' type='chat'><body>${text}</body></message>`);
  }

  /** Sends a text that needs no escaping to a room; it comes back to the sender too. */
  sendToRoom(room: string, text: string): void {
    this.#socket.write(`<message to='${room}@conference.localhost' type='groupchat'><body>${text}</body></message>`);
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(question: string, answer: string): Promise<void> {
    this.#received = "";
    const answered = new Promise<void>((resolve, reject) => {
      this.#wanted = { text: answer, resolve, reject };
    });
    this.#socket.write(question);
    return answered;
  }

  #receive(text: string): void {
    const all = this.#received + text;
    if (this.#wanted !== undefined) {
      this.#received = all;
      if (all.includes("<failure")) return this.#wanted.reject(new Error(all));
      if (!all.includes(this.#wanted.text)) return;
      this.#wanted.resolve();
      this.#wanted = undefined;
      return;
    }
    let at = 0;
    for (let end = all.indexOf(messageEnd); end >= 0; end = all.indexOf(messageEnd, at)) {
      at = end + messageEnd.length;
      this.onMessage();
    }
    this.#received = all.slice(Math.max(at, all.length - messageEnd.length + 1));
  }
}
