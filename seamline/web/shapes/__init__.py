"""What goes over the wire, as structs: requests are read into them, OpenAPI is drawn from them."""
