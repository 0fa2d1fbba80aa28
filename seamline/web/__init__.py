"""JSON API, live events and screens of a node. `access` says who may, `problems` what went wrong."""
