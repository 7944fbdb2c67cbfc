import type { Place } from "./place";
import type { Region } from "./region";

export type Env = {
  Bindings: {
    EMBARGOED: string[];
    ORIGINS: Record<Region, string>;
  };
  /** Where the visitor is: there in every handler. */
  Variables: { place: Place };
};
