from kiun.goals.models import Plan, Policy
from kiun.kernel.trees import renumber


def renumber_policies(plan: Plan) -> None:
    """To be called after every change of the tree: lists are sorted by these places."""
    renumber(Policy.objects.filter(plan=plan))
