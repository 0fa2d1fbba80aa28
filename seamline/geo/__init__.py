"""Where and when: places, windows, grid references, the plane of distances, cells. Pure (law 10).

Inside Seamline a coordinate is an integer of 1e-7 degree (about 1 cm), longitude first, WGS 84, and an
instant is an integer of milliseconds since 1970 UTC. Windows are half-open.
"""
