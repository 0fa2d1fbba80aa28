"""Printed forms and standard texts: values in, a page out."""
