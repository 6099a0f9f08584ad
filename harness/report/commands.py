"""Commands that pages tell their reader to type."""


def prepare_command(dataset: str) -> str:
    """What will prepare a data set that nothing reads yet."""
    return f"harness data prepare {dataset} --source FOLDER_OR_ZIP"


def reproduce_command(recipe: str) -> str:
    """What makes the runs that a recipe's claims need."""
    return f"harness reproduce {recipe}"


def campaign_command(campaign: str) -> str:
    """What makes the runs of a campaign."""
    return f"harness reproduce --campaign {campaign}"
