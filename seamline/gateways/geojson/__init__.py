"""GeoJSON FeatureCollections (RFC 7946)."""
