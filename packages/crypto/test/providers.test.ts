import { describe } from "vitest";
import { bothProviders } from "./both-providers.js";
import { describeProvider } from "./provider-contract.js";

describe.each(bothProviders)("the %s provider", (_name, provider) => {
  describeProvider(provider);
});
