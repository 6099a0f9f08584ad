"""Kinetics-400: clips of ten seconds of YouTube videos, 400 actions, as far as one has them.

The authors give lists of addresses and times, and nobody has all the videos any more.
What should be there, the lists say that lie beside the videos; which of their videos
are not there, the index names one by one. The authors' validation list tests here, as
in the papers that report it; their test list names no classes that can be checked and
is not read.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from harness.claims import Citation
from harness.datasets.definition import Dataset, Split, StrayFile, VideoFile, Videos
from harness.datasets.sources import VIDEO_ENDINGS, list_files
from harness.datasets.videos import assign_listed
from harness.errors import DataError, suggest

SPLIT = "val"
COLUMNS = ("label", "youtube_id", "time_start", "time_end", "split")

_SUBSETS = {"train": "train", "val": "test", "validate": "test", "validation": "test"}
_LIST = re.compile(r"(?:k(?:inetics)?[-_]?(?:400)?[-_])?(train|val|validate|validation)\.csv", re.I)
_VIDEO = re.compile(r"([\w-]{11})(?:_(\d{6})_(\d{6}))?", re.ASCII)
_AGAIN = "take the authors' lists again, train.csv and val.csv"

_CLASSES = """
abseiling, air drumming, answering questions, applauding, applying cream, archery, arm wrestling,
arranging flowers, assembling computer, auctioning, baby waking up, baking cookies,
balloon blowing, bandaging, barbequing, bartending, beatboxing, bee keeping, belly dancing,
bench pressing, bending back, bending metal, biking through snow, blasting sand, blowing glass,
blowing leaves, blowing nose, blowing out candles, bobsledding, bookbinding,
bouncing on trampoline, bowling, braiding hair, breading or breadcrumbing, breakdancing,
brush painting, brushing hair, brushing teeth, building cabinet, building shed, bungee jumping,
busking, canoeing or kayaking, capoeira, carrying baby, cartwheeling, carving pumpkin,
catching fish, catching or throwing baseball, catching or throwing frisbee,
catching or throwing softball, celebrating, changing oil, changing wheel, checking tires,
cheerleading, chopping wood, clapping, clay pottery making, clean and jerk, cleaning floor,
cleaning gutters, cleaning pool, cleaning shoes, cleaning toilet, cleaning windows,
climbing a rope, climbing ladder, climbing tree, contact juggling, cooking chicken, cooking egg,
cooking on campfire, cooking sausages, counting money, country line dancing, cracking neck,
crawling baby, crossing river, crying, curling hair, cutting nails, cutting pineapple,
cutting watermelon, dancing ballet, dancing charleston, dancing gangnam style, dancing macarena,
deadlifting, decorating the christmas tree, digging, dining, disc golfing, diving cliff, dodgeball,
doing aerobics, doing laundry, doing nails, drawing, dribbling basketball, drinking, drinking beer,
drinking shots, driving car, driving tractor, drop kicking, drumming fingers, dunking basketball,
dying hair, eating burger, eating cake, eating carrots, eating chips, eating doughnuts,
eating hotdog, eating ice cream, eating spaghetti, eating watermelon, egg hunting, exercising arm,
exercising with an exercise ball, extinguishing fire, faceplanting, feeding birds, feeding fish,
feeding goats, filling eyebrows, finger snapping, fixing hair, flipping pancake, flying kite,
folding clothes, folding napkins, folding paper, front raises, frying vegetables,
garbage collecting, gargling, getting a haircut, getting a tattoo, giving or receiving award,
golf chipping, golf driving, golf putting, grinding meat, grooming dog, grooming horse,
gymnastics tumbling, hammer throw, headbanging, headbutting, high jump, high kick,
hitting baseball, hockey stop, holding snake, hopscotch, hoverboarding, hugging, hula hooping,
hurdling, hurling (sport), ice climbing, ice fishing, ice skating, ironing, javelin throw,
jetskiing, jogging, juggling balls, juggling fire, juggling soccer ball, jumping into pool,
jumpstyle dancing, kicking field goal, kicking soccer ball, kissing, kitesurfing, knitting,
krumping, laughing, laying bricks, long jump, lunge, making a cake, making a sandwich, making bed,
making jewelry, making pizza, making snowman, making sushi, making tea, marching, massaging back,
massaging feet, massaging legs, massaging person's head, milking cow, mopping floor, motorcycling,
moving furniture, mowing lawn, news anchoring, opening bottle, opening present, paragliding,
parasailing, parkour, passing American football (in game), passing American football (not in game),
peeling apples, peeling potatoes, petting animal (not cat), petting cat, picking fruit,
planting trees, plastering, playing accordion, playing badminton, playing bagpipes,
playing basketball, playing bass guitar, playing cards, playing cello, playing chess,
playing clarinet, playing controller, playing cricket, playing cymbals, playing didgeridoo,
playing drums, playing flute, playing guitar, playing harmonica, playing harp, playing ice hockey,
playing keyboard, playing kickball, playing monopoly, playing organ, playing paintball,
playing piano, playing poker, playing recorder, playing saxophone, playing squash or racquetball,
playing tennis, playing trombone, playing trumpet, playing ukulele, playing violin,
playing volleyball, playing xylophone, pole vault, presenting weather forecast, pull ups,
pumping fist, pumping gas, punching bag, punching person (boxing), push up, pushing car,
pushing cart, pushing wheelchair, reading book, reading newspaper, recording music, riding a bike,
riding camel, riding elephant, riding mechanical bull, riding mountain bike, riding mule,
riding or walking with horse, riding scooter, riding unicycle, ripping paper, robot dancing,
rock climbing, rock scissors paper, roller skating, running on treadmill, sailing, salsa dancing,
sanding floor, scrambling eggs, scuba diving, setting table, shaking hands, shaking head,
sharpening knives, sharpening pencil, shaving head, shaving legs, shearing sheep, shining shoes,
shooting basketball, shooting goal (soccer), shot put, shoveling snow, shredding paper,
shuffling cards, side kick, sign language interpreting, singing, situp, skateboarding, ski jumping,
skiing (not slalom or crosscountry), skiing crosscountry, skiing slalom, skipping rope, skydiving,
slacklining, slapping, sled dog racing, smoking, smoking hookah, snatch weight lifting, sneezing,
sniffing, snorkeling, snowboarding, snowkiting, snowmobiling, somersaulting, spinning poi,
spray painting, spraying, springboard diving, squat, sticking tongue out, stomping grapes,
stretching arm, stretching leg, strumming guitar, surfing crowd, surfing water, sweeping floor,
swimming backstroke, swimming breast stroke, swimming butterfly stroke, swing dancing,
swinging legs, swinging on something, sword fighting, tai chi, taking a shower, tango dancing,
tap dancing, tapping guitar, tapping pen, tasting beer, tasting food, testifying, texting,
throwing axe, throwing ball, throwing discus, tickling, tobogganing, tossing coin, tossing salad,
training dog, trapezing, trimming or shaving beard, trimming trees, triple jump, tying bow tie,
tying knot (not on a tie), tying tie, unboxing, unloading truck, using computer,
using remote controller (not gaming), using segway, vault, waiting in line, walking the dog,
washing dishes, washing feet, washing hair, washing hands, water skiing, water sliding,
watering plants, waxing back, waxing chest, waxing eyebrows, waxing legs, weaving basket, welding,
whistling, windsurfing, wrapping present, wrestling, writing, yawning, yoga, zumba
"""
CLASSES = tuple(name.strip() for name in _CLASSES.replace("\n", " ").split(","))


def find(source: Path, _made: Path) -> Iterator[VideoFile | StrayFile]:
    """Find the videos that the authors' lists name, in the order of the lists.

    Args:
        source: A folder at any shallow depth above the videos, with or without a folder
            for each class, and above the lists. Folders named ``test`` are left alone.

    Raises:
        DataError: There is no list, a list is not in the authors' form, or a video is
            there twice.
    """
    listed = read_lists(source)
    there: dict[str, str] = {}
    strays = []
    for path in list_files(source, VIDEO_ENDINGS):
        if "test" in PurePosixPath(path).parts[:-1]:
            continue
        problem, name = _identify(path, listed)
        if problem:
            strays.append(StrayFile(path=path, problem=problem))
        elif (before := there.setdefault(name, path)) != path:
            raise DataError(
                f"video {name} is there twice: {before} and {path}",
                fix="give a folder with one copy of the data set",
            )
    if not there:
        raise DataError(
            f"not one video of the lists in {source}",
            fix="give the folder of the videos, named like ID_000010_000020.mp4",
        )
    for name, file in listed.items():
        yield VideoFile(
            id=file.id,
            label=file.label,
            group=file.group,
            path=there.get(name, file.path),
            subsets=file.subsets,
        )
    yield from strays


def _identify(path: str, listed: dict[str, VideoFile]) -> tuple[str, str]:
    """What is wrong with a file's name, or which video it is."""
    stem = PurePosixPath(path).stem
    place = _VIDEO.fullmatch(stem)
    if place is None:
        return "is not named like a video of this set", ""
    if (file := listed.get(place[1])) is None:
        return "is in none of the lists", ""
    if place[2] and stem != file.id:
        return f"is another part of its video than the lists name, {file.id}", ""
    return "", place[1]


def read_lists(source: Path) -> dict[str, VideoFile]:
    """Read the authors' lists below a folder.

    Returns:
        By YouTube's name the video, its path being where it is looked for.

    Raises:
        DataError: There is none, or one is not in the authors' form.
    """
    paths = [p for p in list_files(source, (".csv",)) if _LIST.fullmatch(PurePosixPath(p).name)]
    if not paths:
        raise DataError(
            f"no list train.csv or val.csv in {source}",
            fix="put the authors' lists beside the videos: they say what should be there",
        )
    listed: dict[str, VideoFile] = {}
    for path in paths:
        for place, file in _read_list(source, path):
            name = file.group
            if name in listed:
                raise DataError(f"{place}: video {name} is in the lists twice", fix=_AGAIN)
            listed[name] = file
    return listed


def _read_list(source: Path, path: str) -> Iterator[tuple[str, VideoFile]]:
    """Rows of a list, each with its place for messages."""
    try:
        with (source / path).open(encoding="utf-8-sig", newline="") as stream:
            rows = csv.DictReader(stream)
            columns = rows.fieldnames or ()
            if lacking := [name for name in COLUMNS if name not in columns]:
                raise DataError(f"{path}:1: no column '{lacking[0]}'", fix=_AGAIN)
            for row in rows:
                place = f"{path}:{rows.line_num}"
                yield place, _parse_row(place, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}", fix=_AGAIN) from error


def _parse_row(place: str, row: dict[str, str | None]) -> VideoFile:
    label, name, start, end, subset = ((row[column] or "").strip() for column in COLUMNS)
    if (known := _LABELS.get(_simplify(label))) is None:
        raise DataError(f"{place}: there is no class '{label}'", fix=suggest(label, CLASSES))
    if re.fullmatch(r"[\w-]{11}", name, re.ASCII) is None:
        raise DataError(f"{place}: '{name}' is not the name of a YouTube video", fix=_AGAIN)
    if not (start.isdecimal() and end.isdecimal() and int(start) < int(end)):
        raise DataError(f"{place}: '{start}' to '{end}' is not a time in seconds", fix=_AGAIN)
    if subset not in _SUBSETS:
        raise DataError(f"{place}: '{subset}' is neither train nor val", fix=_AGAIN)
    full = f"{name}_{int(start):06d}_{int(end):06d}"
    folder = "train" if _SUBSETS[subset] == "train" else "val"
    return VideoFile(
        id=full,
        label=known,
        group=name,
        path=f"{folder}/{CLASSES[known]}/{full}.mp4",
        subsets={SPLIT: _SUBSETS[subset]},
    )


def _simplify(label: str) -> str:
    """A class's name without what copies of the lists write differently."""
    return re.sub(r"[^a-z]", "", label.lower())


_LABELS = {_simplify(name): label for label, name in enumerate(CLASSES)}

DATASET = Dataset(
    key="kinetics400",
    title="Kinetics-400",
    citation=Citation(
        key="kay2017kinetics",
        title="The Kinetics Human Action Video Dataset",
        authors=(
            "Will Kay",
            "João Carreira",
            "Karen Simonyan",
            "Brian Zhang",
            "Chloe Hillier",
            "Sudheendra Vijayanarasimhan",
            "Fabio Viola",
            "Tim Green",
            "Trevor Back",
            "Paul Natsev",
            "Mustafa Suleyman",
            "Andrew Zisserman",
        ),
        venue="arXiv",
        year=2017,
        arxiv="1705.06950",
    ),
    terms="as the authors' page says; the videos are other people's, from YouTube",
    obtain=(
        "the copy and the lists that the CVD Foundation keeps, "
        "https://github.com/cvdfoundation/kinetics-dataset"
    ),
    classes=CLASSES,
    splits=(
        Split(
            name=SPLIT,
            role="reported",
            train=None,
            val=0,
            test=None,
            note=(
                "trains on the authors' training list, tests their validation list; in the first "
                "lists 246,534 and 19,906 videos, in later ones fewer"
            ),
        ),
    ),
    monitored="test",
    expected_samples=None,
    class_counts=(),
    resample_unit=None,
    embedded=False,
    assign=assign_listed,
    videos=Videos(
        layout=(
            "ID_SSSSSS_EEEEEE.mp4 (YouTube's name, first and last second) in folders train and "
            "val, with or without a folder for each class; train.csv and val.csv beside them"
        ),
        modality="rgb",
        find=find,
    ),
)
