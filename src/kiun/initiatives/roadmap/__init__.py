"""The roadmap as a picture: pure geometry and SVG, drawn by the server from plain values."""
