/** Where the reader is, in the address after "#": a link to a record can be kept or sent. */

export interface Route {
  /** List at the side. */
  list: "records" | "clashes" | "gaps" | "attention";
  /** What is open beside it. */
  open: "none" | "record" | "new" | "revise" | "clash" | "gap" | "import";
  id: string;
}

const NOWHERE: Route = { list: "records", open: "none", id: "" };

function parse(hash: string): Route {
  const [head = "", a = "", b = ""] = hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  if (head === "clashes") return { list: "clashes", open: a ? "clash" : "none", id: a };
  if (head === "gaps") return { list: "gaps", open: a ? "gap" : "none", id: a };
  if (head === "attention") return { list: "attention", open: "none", id: "" };
  if (head === "import") return { list: "records", open: "import", id: "" };
  if (head === "new") return { list: "records", open: "new", id: a };
  if (head === "records" && a) return { list: "records", open: b === "revise" ? "revise" : "record", id: a };
  return NOWHERE;
}

class Router {
  now = $state.raw<Route>(parse(location.hash));
  constructor() {
    addEventListener("hashchange", () => (this.now = parse(location.hash)));
  }
  go(path: string): void {
    location.hash = `#/${path}`;
  }
}

export const router = new Router();
export const recordPath = (id: string): string => `#/records/${encodeURIComponent(id)}`;
