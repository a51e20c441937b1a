from ninja import Schema

from kiun.municipality.models import Membership


class Post(Schema):
    """A post and who holds it. Goals and indicators belong to posts, so that nothing is left behind by a 人事異動."""

    id: int
    name: str

    @staticmethod
    def resolve_name(post: Membership) -> str:
        return str(post.user)
