"""Kiun (機運): a municipality's plan goes in, a living shared picture of its results comes out."""

__version__ = "0.1.0"
