/** Start: styles, then the app; then what opens it where there is no signal. */
import { mount } from "svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import App from "./App.svelte";
import { settled } from "./lib/settled";

const target = document.getElementById("app");
if (target) mount(App, { target });

// Browsers allow it on loopback and under a certificate they trust.
if (import.meta.env.PROD && "serviceWorker" in navigator) {
  addEventListener("load", () => void settled().then(() => navigator.serviceWorker.register("./sw.js", { scope: "./", updateViaCache: "none" })).catch(() => undefined));
}
