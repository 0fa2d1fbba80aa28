"""A bare MapLibre page with the same data, served from this machine: what the map is measured against."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DIST = Path(__file__).resolve().parent.parent / "ui/node_modules/maplibre-gl/dist"
PAGE = """<!doctype html><meta charset=utf-8><title>bare</title>
<link rel=stylesheet href=maplibre-gl.css><style>html,body,#map{margin:0;height:100%}</style>
<div id=map class=map role=region aria-busy=true></div><script type=module>
import { Map, setWorkerUrl } from './maplibre-gl.mjs';
setWorkerUrl('./maplibre-gl-worker.mjs');
const read = (name) => fetch(name + '.json').then((reply) => reply.json());
const [signs, cells] = await Promise.all(['signs', 'cells'].map(read));
window.dataAt = performance.now();
const box = document.getElementById('map');
const map = new Map({ container: box, fadeDuration: 0, renderWorldCopies: false, bounds: BOUNDS,
  style: { version: 8,
    sources: { cells: { type: 'geojson', data: cells, tolerance: 0.4 },
      signs: { type: 'geojson', data: signs } },
    layers: [{ id: 'land', type: 'background', paint: { 'background-color': '#f4f1ea' } },
      { id: 'cells', type: 'line', source: 'cells', paint: { 'line-color': '#555', 'line-width': 1 } },
      { id: 'signs', type: 'symbol', source: 'signs', layout: {
        'icon-image': ['get', 'image'], 'icon-anchor': 'bottom', 'icon-allow-overlap': true } }] } });
map.setMissingStyleImageResolver((id) => {
  const c = document.createElement('canvas'); c.width = 112; c.height = 52;
  const g = c.getContext('2d'); g.fillStyle = '#fff'; g.fillRect(2, 2, 108, 40); g.strokeRect(2, 2, 108, 40);
  g.fillStyle = '#222'; g.font = '24px sans-serif'; g.fillText(id, 30, 30);
  map.addImage(id, g.getImageData(0, 0, 112, 52), { pixelRatio: 2 }) });
map.on('dataloading', () => (box.ariaBusy = 'true'));
map.on('idle', () => (box.ariaBusy = 'false'));
</script>"""


class _Server(http.server.ThreadingHTTPServer):
    files: dict[str, bytes]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/") or "index.html"
        data = self.server.files.get(name)
        if data is None and (DIST / Path(name).name).is_file():
            data = (DIST / Path(name).name).read_bytes()
        kinds = {
            ".html": "text/html",
            ".mjs": "text/javascript",
            ".css": "text/css",
            ".json": "application/json",
        }
        self.send_response(404 if data is None else 200)
        self.send_header("content-type", kinds.get(Path(name).suffix, "application/octet-stream"))
        self.send_header("content-length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def bare(signs: Any, cells: Any, bounds: list[float]) -> Iterator[str]:
    """The address of the page while the block runs; signs, cells: GeoJSON in degrees."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.files = {
        "index.html": PAGE.replace("BOUNDS", json.dumps(bounds)).encode(),
        "signs.json": json.dumps(signs).encode(),
        "cells.json": json.dumps(cells).encode(),
    }
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
