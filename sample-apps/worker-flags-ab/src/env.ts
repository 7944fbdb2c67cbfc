import type { Assignments } from "./assign";

export type Env = {
  Bindings: {
    FLAGS: KVNamespace;
    /** What changes of flags must bring. */
    ADMIN_TOKEN: string;
  };
  /** There behind `decide`: who the visitor is, and what they see of each flag. */
  Variables: { visitor: string; assignments: Assignments };
};
