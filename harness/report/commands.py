"""Commands that pages tell their reader to type."""


def prepare_command(dataset: str, *, embedded: bool) -> str:
    """What prepares a data set; one that is made here needs no files."""
    source = "" if embedded else " --source FOLDER_OR_ZIP"
    return f"harness data prepare {dataset}{source}"


def reproduce_command(recipe: str) -> str:
    """What makes the runs that a recipe's claims need."""
    return f"harness reproduce {recipe}"


def campaign_command(campaign: str) -> str:
    """What makes the runs of a campaign."""
    return f"harness reproduce --campaign {campaign}"
