import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** One route, as fastify has it: the path with its parameters by name. */
export interface HttpRoute {
  readonly method: string;
  readonly path: string;
}

interface RouteOptions {
  readonly method: string | readonly string[];
  readonly url: string;
}

/** What fastify says on its channel about every server that it makes. */
interface Initialized {
  readonly fastify: { addHook(name: "onRoute", hook: (route: RouteOptions) => void): void };
}

const channel = "fastify.initialization";

/** Does something that makes an HTTP server, and notes every route that it gets: none can be forgotten. */
export async function noteRoutes<T>(make: () => Promise<T>): Promise<{ value: T; routes: readonly HttpRoute[] }> {
  const routes: HttpRoute[] = [];
  const note = (message: unknown) => {
    (message as Initialized).fastify.addHook("onRoute", ({ method, url }) => {
      for (const name of [method].flat()) routes.push({ method: name, path: url });
    });
  };
  subscribe(channel, note);
  try {
    return { value: await make(), routes };
  } finally {
    unsubscribe(channel, note);
  }
}
