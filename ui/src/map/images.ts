/**
 * Every picture on the map is drawn here, on demand, by name:
 *   L|theme|class|text|translit   a label, and beneath it what it sounds like, marked (letters join as the browser joins them; MapLibre's own text does not for Sorani)
 *   H|theme|pattern               a party's hatching, for areas
 *   M|theme|kind|letters|pattern|own|flag   a record's sign: pattern, kind, letters; own: "own", "shared" (own, and others have it) or ""
 *   C|theme|possible              a clash
 */
import type { Map as MapLibreMap } from "maplibre-gl";
import { PATHS, kindIcon } from "../lib/icons";
import { MARK } from "./names";
import type { Palette } from "./palette";

const RATIO = Math.min(3, Math.max(2, Math.ceil(globalThis.devicePixelRatio || 1)));
const ARABIC = /[\u0590-\u08ff\ufb1d-\ufefc]/;
const FONT = '"Noto Sans Arabic", system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif';

interface LabelStyle {
  size: number;
  weight: number;
  colour: keyof Palette;
  spacing?: string;
}

const LABELS: Record<string, LabelStyle> = {
  city: { size: 14, weight: 600, colour: "ink" },
  town: { size: 12, weight: 600, colour: "text" },
  village: { size: 11, weight: 400, colour: "text" },
  district: { size: 10.5, weight: 400, colour: "past", spacing: "0.08em" },
  water: { size: 10.5, weight: 400, colour: "waterText" },
  record: { size: 11.5, weight: 600, colour: "ink" },
};

type Draw = (g: CanvasRenderingContext2D) => void;

function canvas(width: number, height: number, draw: Draw): ImageData {
  const element = document.createElement("canvas");
  element.width = Math.max(1, Math.ceil(width * RATIO));
  element.height = Math.max(1, Math.ceil(height * RATIO));
  const g = element.getContext("2d");
  if (!g) return new ImageData(element.width, element.height);
  g.scale(RATIO, RATIO);
  draw(g);
  return g.getImageData(0, 0, element.width, element.height);
}

let ruler: CanvasRenderingContext2D | null = null;

function widthOf(text: string, font: string): number {
  ruler ??= document.createElement("canvas").getContext("2d");
  if (!ruler) return text.length * 8;
  ruler.font = font;
  return ruler.measureText(text).width;
}

/** Words on the ground; beneath them, smaller, slanted and behind its mark, a transliteration where there is one. */
function label(style: LabelStyle, text: string, translit: string, colours: Palette): ImageData {
  const font = `${style.weight} ${style.size}px ${FONT}`;
  const spacing = style.spacing && !ARABIC.test(text) ? style.spacing : "0px";
  const extra = spacing === "0px" ? 0 : text.length * style.size * 0.08;
  const second = translit ? `${MARK} ${translit}` : "";
  const small = `italic 400 ${style.size * 0.88}px ${FONT}`;
  const width = Math.max(widthOf(text, font) + extra, second ? widthOf(second, small) : 0) + 8;
  const line = style.size * 1.9;
  return canvas(width, second ? line + style.size * 1.3 : line, (g) => {
    g.textAlign = "center";
    g.textBaseline = "middle";
    g.lineJoin = "round";
    g.lineWidth = 3.5;
    g.strokeStyle = colours.halo;
    const write = (words: string, y: number): void => {
      g.direction = ARABIC.test(words) ? "rtl" : "ltr";
      g.strokeText(words, width / 2, y);
      g.fillText(words, width / 2, y);
    };
    if (second) {
      g.font = small;
      g.fillStyle = colours.past;
      write(second, line + style.size * 0.45);
    }
    g.font = font;
    g.letterSpacing = spacing;
    g.fillStyle = colours[style.colour];
    write(text, style.size * 0.95);
  });
}

function hatchLines(g: CanvasRenderingContext2D, pattern: string, size: number, step: number): void {
  g.beginPath();
  for (let at = -size; at <= size * 2; at += step) {
    if (pattern === "rising" || pattern === "cross") (g.moveTo(at, size), g.lineTo(at + size, 0));
    if (pattern === "falling" || pattern === "cross") (g.moveTo(at, 0), g.lineTo(at + size, size));
    if (pattern === "upright") (g.moveTo(at + step / 2, 0), g.lineTo(at + step / 2, size));
    if (pattern === "level") (g.moveTo(0, at + step / 2), g.lineTo(size, at + step / 2));
  }
  g.stroke();
  if (pattern !== "dots") return;
  for (let x = step / 2; x < size; x += step)
    for (let y = step / 2; y < size; y += step) {
      g.beginPath();
      g.arc(x, y, step * 0.22, 0, 7);
      g.fill();
    }
}

function hatch(pattern: string, colours: Palette): ImageData {
  // 24 divides by every step: the tile repeats without a seam.
  return canvas(24, 24, (g) => {
    g.strokeStyle = g.fillStyle = colours.ink;
    g.globalAlpha = 0.5;
    g.lineWidth = 1;
    hatchLines(g, pattern, 24, pattern === "cross" ? 12 : 8);
  });
}

function box(g: CanvasRenderingContext2D, width: number, height: number): void {
  g.beginPath();
  g.roundRect(2, 2, width - 4, height - 8, 3);
  g.moveTo(width / 2 - 4, height - 6);
  g.lineTo(width / 2, height - 1.5);
  g.lineTo(width / 2 + 4, height - 6);
}

function sign(kind: string, letters: string, pattern: string, whose: string, flag: string, colours: Palette): ImageData {
  const font = `700 10.5px ${FONT}`;
  const text = widthOf(letters, font);
  const [own, shared] = [whose !== "", whose === "shared"];
  const [width, height] = [text + (shared ? 54 : 40), 26];
  return canvas(width, height, (g) => {
    const front = own ? colours.surface : colours.ink;
    const back = own ? colours.ink : colours.surface;
    box(g, width, height);
    g.lineWidth = 4;
    g.strokeStyle = flag === "flash" ? colours.urgent : colours.halo;
    g.stroke();
    g.fillStyle = back;
    g.fill();
    g.lineWidth = 1.2;
    g.strokeStyle = flag === "flash" ? colours.urgent : colours.ink;
    if (flag === "tear") g.setLineDash([2, 2]);
    g.stroke();
    g.setLineDash([]);
    g.save();
    g.beginPath();
    g.rect(3, 3, 10, height - 10);
    g.clip();
    g.translate(3, 3);
    g.strokeStyle = g.fillStyle = front;
    g.lineWidth = 1.1;
    hatchLines(g, pattern, 24, pattern === "cross" ? 6 : 4);
    g.restore();
    g.strokeStyle = front;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(13.5, 3);
    g.lineTo(13.5, height - 7);
    g.stroke();
    g.save();
    g.translate(16.5, 4);
    g.scale(0.68, 0.68);
    g.lineWidth = 2;
    g.lineCap = g.lineJoin = "round";
    g.stroke(new Path2D(PATHS[kindIcon(kind)]));
    g.restore();
    g.font = font;
    g.fillStyle = front;
    g.textBaseline = "middle";
    g.fillText(letters, 33, (height - 4) / 2 + 0.5);
    if (shared) arrow(g, text + 37);
  });
}

/** Others have it, too. */
function arrow(g: CanvasRenderingContext2D, x: number): void {
  g.translate(x, 5.5);
  g.scale(0.6, 0.6);
  g.lineWidth = 2.2;
  g.lineCap = g.lineJoin = "round";
  g.stroke(new Path2D(PATHS.send));
}

function clash(possible: boolean, colours: Palette): ImageData {
  const size = 40;
  return canvas(size, size, (g) => {
    const middle = size / 2;
    g.beginPath();
    g.arc(middle, middle, 16, 0, 7);
    g.fillStyle = colours.careLine;
    g.globalAlpha = 0.28;
    g.fill();
    g.globalAlpha = 1;
    g.lineWidth = 2;
    g.strokeStyle = colours.care;
    if (possible) g.setLineDash([3, 3]);
    g.stroke();
    g.setLineDash([]);
    g.beginPath();
    g.arc(middle, middle, 9.5, 0, 7);
    g.fillStyle = colours.surface;
    g.fill();
    g.stroke();
    g.translate(middle - 8, middle - 8);
    g.scale(0.8, 0.8);
    g.lineWidth = 2.1;
    g.lineCap = "round";
    g.stroke(new Path2D(PATHS.clash));
  });
}

function draw(id: string, colours: Palette): ImageData | null {
  const [what, , a = "", b = "", c = "", d = "", e = ""] = id.split("|");
  if (what === "L") return label(LABELS[a] ?? LABELS["town"]!, b, c, colours);
  if (what === "H") return hatch(a, colours);
  if (what === "M") return sign(a, b, c, d, e, colours);
  return what === "C" ? clash(a === "possible", colours) : null;
}

/** Draws what the style names and does not have. */
export function drawOnDemand(map: MapLibreMap, colours: () => Palette): void {
  map.setMissingStyleImageResolver((id) => {
    if (map.hasImage(id)) return;
    const image = draw(id, colours());
    if (image) map.addImage(id, image, { pixelRatio: RATIO });
  });
}
