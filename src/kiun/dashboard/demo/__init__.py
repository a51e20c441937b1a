"""A fictional town to try Kiun with: no municipality, person or figure in it is real; all figures are generated."""

from kiun.dashboard.demo.loading import DEMO_PASSWORD, DemoAccount, load_demo

__all__ = ["DEMO_PASSWORD", "DemoAccount", "load_demo"]
