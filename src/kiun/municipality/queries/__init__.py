from kiun.municipality.queries.access import key_of, open_invitation
from kiun.municipality.queries.departments import (
    TreeNode,
    coming_first_of_april,
    department_path,
    open_departments,
    planned_reforms,
    tree_on,
    visible_departments,
)
from kiun.municipality.queries.holdings import (
    Holding,
    PostToPrepare,
    binding_holdings,
    holdings_of,
    posts_to_prepare,
    stranded_holdings,
)
from kiun.municipality.queries.people import (
    PostFilter,
    accounts_of_one_town,
    filter_posts,
    is_shared_with_another_town,
    posts_on,
    successors_for,
    towns_served,
    visible_posts,
)

__all__ = [
    "Holding",
    "PostFilter",
    "PostToPrepare",
    "TreeNode",
    "accounts_of_one_town",
    "binding_holdings",
    "coming_first_of_april",
    "department_path",
    "filter_posts",
    "holdings_of",
    "is_shared_with_another_town",
    "key_of",
    "open_departments",
    "open_invitation",
    "planned_reforms",
    "posts_on",
    "posts_to_prepare",
    "stranded_holdings",
    "successors_for",
    "towns_served",
    "tree_on",
    "visible_departments",
    "visible_posts",
]
