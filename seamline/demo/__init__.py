"""The exercise: four nodes on loopback and a synthetic week on real ground."""
