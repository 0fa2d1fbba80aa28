/** Bytes to the node and from it, saying how far they are; files for the browser to keep. */
import { Problem, speaking } from "./api";
import type { ProblemDocument } from "./types";

interface Reply {
  data: Blob;
  name: string;
  entries: number;
  more: boolean;
}

/** fetch does not say how much of an upload has gone. body null: asked for, not sent. progress: 0 to 1. */
export function transfer(path: string, body: Blob | string | null, progress: (part: number) => void): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest();
    asked.open(body === null ? "GET" : "POST", `./api/${path}`);
    asked.responseType = "blob";
    asked.setRequestHeader("Accept-Language", speaking());
    if (body !== null) asked.setRequestHeader("Content-Type", typeof body === "string" ? "application/json" : "application/octet-stream");
    const tell = (event: ProgressEvent): void => progress(event.lengthComputable && event.total ? event.loaded / event.total : 0);
    asked.upload.onprogress = tell;
    asked.onprogress = tell;
    asked.onerror = () => reject(new Problem(0, {}));
    asked.onload = () => {
      const data = asked.response as Blob;
      const head = (name: string): string => asked.getResponseHeader(name) ?? "";
      if (asked.status >= 200 && asked.status < 300) {
        const name = /filename="([^"]+)"/.exec(head("content-disposition"))?.[1] ?? "seamline";
        resolve({ data, name, entries: Number(head("x-seamline-entries")), more: head("x-seamline-more") === "1" });
      } else {
        void data.text().then((text) => reject(new Problem(asked.status, documentOf(text))));
      }
    };
    asked.send(body);
  });
}

function documentOf(text: string): ProblemDocument {
  try {
    return JSON.parse(text) as ProblemDocument;
  } catch {
    return {};
  }
}

/** A file that the node makes, handed to the browser. */
export async function fetched(path: string): Promise<void> {
  const reply = await transfer(path, null, () => undefined);
  hand(reply.data, reply.name);
}

/** Hands bytes to the browser as a file of that name. */
export function hand(data: Blob, name: string): void {
  const place = document.createElement("a");
  place.href = URL.createObjectURL(data);
  place.download = name;
  place.click();
  // The browser reads it after this returns.
  setTimeout(() => URL.revokeObjectURL(place.href), 60_000);
}
